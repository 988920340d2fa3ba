// Where the visitor gives the key: a card in the place of the page, shown only where reading is not open to all.
import { h, put } from './dom.js';
import { Problem, keys, send } from './api.js';

/** A card that asks for a key, tries it, and calls `done` when the service takes it. */
export function keyCard({ heading, text, label, name, path, wasGiven, done, level = 'h2' }) {
  const error = h(
    'p',
    { class: 'err', id: 'key-error', role: 'alert' },
    wasGiven ? 'The key that was kept here is no longer taken.' : null,
  );
  const field = h('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'ldg_…',
    'aria-describedby': 'key-error key-hint',
    required: true,
    size: 46,
  });
  const remember = h('input', { id: 'key-remember', type: 'checkbox' });
  const button = h('button', { class: 'btn primary' }, 'Go on');
  const given = async event => {
    event.preventDefault();
    button.disabled = true;
    put(error);
    keys.set(name, field.value.trim(), remember.checked);
    try {
      await path();
      done();
    } catch (fault) {
      keys.set(name, '', false);
      sessionStorage.removeItem(name);
      field.setAttribute('aria-invalid', 'true');
      put(error, whyNot(fault));
      field.focus();
      field.select();
    } finally {
      button.disabled = false;
    }
  };
  return h(
    'section',
    { class: 'card keycard', 'aria-labelledby': 'key-heading' },
    h(level, { id: 'key-heading', class: 'h2' }, heading),
    h('p', { class: 'sub' }, text),
    h(
      'form',
      { class: 'mt', onsubmit: given, novalidate: true },
      h(
        'div',
        { class: 'f' },
        h('label', { for: 'key' }, label),
        field,
        error,
        h(
          'span',
          { class: 'hint', id: 'key-hint' },
          'On this machine the keys stand in keys.env, in the folder that the service works in; ' +
            'elsewhere an administrator makes them.',
        ),
      ),
      h(
        'div',
        { class: 'f' },
        h('label', { class: 'check', for: 'key-remember' }, remember, 'Remember on this device'),
        h('span', { class: 'hint' }, 'Otherwise it is kept for this tab, until it is closed.'),
      ),
      h('p', { class: 'tools mt' }, button),
    ),
  );
}

function whyNot(fault) {
  if (!(fault instanceof Problem)) return fault.message;
  return fault.status === 401
    ? 'This key is not known here, or was revoked, or has expired.'
    : fault.status === 403
      ? fault.detail
      : fault.status === 0
        ? 'The service cannot be reached. Is it running?'
        : fault.detail;
}

/** The card for reading. */
export const keyEntry = (fault, done) =>
  keyCard({
    level: 'h1',
    heading: 'A key to read',
    label: 'Your key',
    name: keys.READ,
    wasGiven: keys.get(keys.READ) !== null,
    done,
    text: 'This ledger is open to those who have a key with the scope “read”. It is asked for once, and sent to this service alone.',
    path: () => send('/v1/moments?limit=1'),
  });
