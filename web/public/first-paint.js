// Before anything is painted: the colours, language and writing direction, and the files of this visit that would otherwise be asked for
// one after the other. A file, because the page's policy allows no inline script; what it knows of the build stands in index.html.
(function () {
  var first = JSON.parse(document.currentScript.dataset.first);
  var root = document.documentElement;
  var chosen = null;
  try {
    chosen = localStorage.getItem('agroconnect.language');
    var theme = localStorage.getItem('agroconnect.theme');
    if (theme) root.dataset.theme = theme;
  } catch {
    // Storage is closed to this page: the system's choice stays.
  }

  // As src/i18n/index.ts chooses.
  var wanted = [chosen].concat(
    navigator.languages.map(tag => tag.split('-')[0]),
    'en',
  );
  var language = wanted.find(tag => Object.hasOwn(first.languages, tag));
  // The server goes by what the browser asks for; what was chosen here is better.
  if (root.lang !== language) root.dataset.otherLanguage = 'true';
  root.lang = language;
  root.dir = first.languages[language].dir;

  var page = location.pathname.replace(/^\/products\/\d+$/, '/products/:id');
  for (var file of first.languages[language].files.concat(first.pages[page] || [])) {
    if (document.head.querySelector('[href="/' + file + '"]')) continue;
    var link = document.createElement('link');
    if (file.endsWith('.css')) {
      link.rel = 'preload';
      link.as = 'style';
    } else {
      link.rel = 'modulepreload';
    }
    link.crossOrigin = '';
    link.href = '/' + file;
    document.head.append(link);
  }
})();
