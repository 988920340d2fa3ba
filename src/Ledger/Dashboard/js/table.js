// The data of every chart as a table and as CSV.
import { h, say } from './dom.js';
import { save } from './api.js';
import { figures } from './glyph.js';
import { num } from './words.js';

/** A table. Columns: [heading, value of an item, 'r' where it is a number, 'k' where it is kept on one line]. */
export function table(items, columns, caption) {
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      null,
      h('caption', { class: 'sr' }, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map(([heading, , side]) => h('th', { class: side, scope: 'col' }, heading)),
        ),
      ),
      h(
        'tbody',
        null,
        items.map(item =>
          h(
            'tr',
            item.best === undefined ? null : figures(item),
            columns.map(([, value, side]) => h('td', { class: side }, value(item))),
          ),
        ),
      ),
    ),
  );
}

/** Low, best and high as columns. */
export const BOUNDS = [
  ['Low', e => num(e.low), 'r'],
  ['Best', e => num(e.best), 'r'],
  ['High', e => (e.high === null ? 'open' : num(e.high)), 'r'],
];

/** A button that fetches a table as CSV. */
export const csvButton = (path, name, text = 'CSV') =>
  h(
    'button',
    {
      class: 'btn',
      type: 'button',
      title: 'Download this as a table (CSV)',
      onclick: async event => {
        event.target.disabled = true;
        try {
          await save(path, `${name}.csv`);
          say('The table is downloaded.');
        } catch (fault) {
          say(`The table could not be fetched: ${fault.detail ?? fault.message}`);
        } finally {
          event.target.disabled = false;
        }
      },
    },
    text,
  );

/** A cell as CSV; what a spreadsheet would take for a formula is kept from it, as the API does. */
const cell = text => {
  const safe = /^[=+\-@＝＋－＠\t\r]/.test(text) && !/^-?[\d,.]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Hands over what a table shows, where the API has no table of just that. */
function saveShown(items, columns, name) {
  const plain = value => String(value?.nodeType ? value.textContent : (value ?? '')).replaceAll(',', '');
  const rows = [
    columns.map(([heading]) => heading),
    ...items.map(item =>
      columns.map(([, value, side]) => {
        const shown = value(item);
        return side === 'r' ? plain(shown) : String(shown?.nodeType ? shown.textContent : (shown ?? ''));
      }),
    ),
  ];
  const anchor = h('a', {
    href: URL.createObjectURL(new Blob([rows.map(row => row.map(cell).join(',')).join('\r\n'), '\r\n'], { type: 'text/csv' })),
    download: `${name}.csv`,
  });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}

/** The same as a table, folded away below a chart. Without a path of the API its CSV is what is shown. */
export function dataTable(items, columns, { caption, path, name }) {
  const details = h('details', { class: 'data' }, h('summary', null, 'The same as a table'));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) {
      details.append(
        table(items, columns, caption),
        h(
          'p',
          { class: 'mt' },
          path
            ? csvButton(path, name, 'Download CSV')
            : h('button', { class: 'btn', type: 'button', onclick: () => saveShown(items, columns, name) }, 'Download CSV'),
        ),
      );
    }
  });
  return details;
}
