// What our pages use of Stripe.js, as its documentation has it (docs.stripe.com/js): a card is typed into a frame of Stripe's, and
// sent from here to Stripe's API. What the documentation does not know is refused.
(() => {
  const api = 'https://api.stripe.com/v1/payment_intents/';
  const release = new URL(document.currentScript.src).pathname.split('/')[1];

  function only(given, ...known) {
    const unknown = Object.keys(given).filter(name => !known.includes(name));
    if (unknown.length > 0) {
      throw new Error(`Unrecognized: ${unknown.join()}`);
    }
  }

  const pathOf = (secret, rest = '') => {
    const id = /^(pi_\w+)_secret_\w+$/.exec(secret)?.[1];
    if (!id) {
      throw new Error('This is no client secret of a PaymentIntent.');
    }

    return api + id + rest;
  };

  async function call(address, options) {
    const answer = await fetch(address, options);
    const body = await answer.json();
    return answer.ok ? { paymentIntent: body } : { error: body.error };
  }

  function elements(options, locale) {
    only(options, 'clientSecret', 'appearance', 'locale');
    pathOf(options.clientSecret);
    let { theme } = options.appearance;
    for (const [name, value] of Object.entries(options.appearance.variables)) {
      if (name.startsWith('color') && !CSS.supports('color', value)) {
        throw new Error(`${name} is no colour: ${value}`);
      }
    }

    const frame = document.createElement('iframe');
    const told = new Map();
    const draw = () => {
      frame.src = `https://js.stripe.com/card.html?${new URLSearchParams({ theme, locale })}`;
    };
    return {
      secret: options.clientSecret,
      card: () =>
        new Promise(resolve => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => resolve(data);
          frame.contentWindow.postMessage('card?', 'https://js.stripe.com', [port2]);
        }),
      update(changes) {
        only(changes, 'appearance', 'locale');
        theme = changes.appearance.theme;
        draw();
      },
      create(type, settings = {}) {
        only(settings, 'layout', 'wallets', 'fields', 'defaultValues');
        if (type !== 'payment') {
          throw new Error(`No such element: ${type}`);
        }

        return {
          on: (event, handler) => told.set(event, handler),
          mount(place) {
            frame.title = 'Secure payment input frame';
            frame.style.inlineSize = '100%';
            frame.style.blockSize = '15rem';
            frame.style.border = '0';
            frame.addEventListener('load', () => told.get('ready')?.({ elementType: 'payment' }), { once: true });
            draw();
            place.append(frame);
          },
          destroy: () => frame.remove(),
        };
      },
    };
  }

  window.Stripe = Object.assign(
    (key, { locale = 'auto' } = {}) => {
      if (!key.startsWith('pk_')) {
        throw new Error('This is no publishable key.');
      }

      return {
        elements: options => elements(options, locale),
        retrievePaymentIntent: secret =>
          call(`${pathOf(secret)}?${new URLSearchParams({ key, client_secret: secret })}`),
        async confirmPayment({ elements: group, confirmParams, redirect }) {
          only(confirmParams, 'return_url');
          const address = new URL(confirmParams.return_url).href;
          const card = await group.card();
          if (card.problem) {
            return { error: { type: 'validation_error', code: 'incomplete_number', message: card.problem } };
          }

          const form = { key, client_secret: group.secret, return_url: address, 'payment_method_data[card][number]': card.number };
          const answer = await call(pathOf(group.secret, '/confirm'), { method: 'POST', body: new URLSearchParams(form) });
          const bank = answer.paymentIntent?.next_action?.redirect_to_url.url;
          if (bank ?? (answer.paymentIntent && redirect !== 'if_required')) {
            window.location.href = bank ?? address;
            return new Promise(() => {});
          }

          return answer;
        },
      };
    },
    { version: release },
  );
})();
