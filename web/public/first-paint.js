// Before anything is painted: the colours and the writing direction that were chosen. A file, because the page's policy allows no inline script.
(function () {
  try {
    var theme = localStorage.getItem('agroconnect.theme');
    var language = localStorage.getItem('agroconnect.language');
    if (theme) document.documentElement.dataset.theme = theme;
    if (language) {
      document.documentElement.lang = language;
      document.documentElement.dir = language === 'ur' ? 'rtl' : 'ltr';
    }
  } catch {
    // Storage is closed to this page: the system's choice stays.
  }
})();
