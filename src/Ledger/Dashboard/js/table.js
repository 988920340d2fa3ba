// The data of every chart as a table and as CSV.
import { h, say } from './dom.js';
import { save } from './api.js';
import { figures } from './glyph.js';
import { num } from './words.js';

/** A table. Columns: [heading, value of an item, 'r' where it is a number]. */
export function table(items, columns, caption) {
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, h('table', null,
    h('caption', { class: 'sr' }, caption),
    h('thead', null, h('tr', null, columns.map(([heading, , side]) => h('th', { class: side, scope: 'col' }, heading)))),
    h('tbody', null, items.map(item => h('tr', item.best === undefined ? null : figures(item),
      columns.map(([, value, side]) => h('td', { class: side }, value(item))))))));
}

/** Low, best and high as columns. */
export const BOUNDS = [
  ['Low', e => num(e.low), 'r'], ['Best', e => num(e.best), 'r'], ['High', e => e.high === null ? 'open' : num(e.high), 'r'],
];

/** A button that fetches a table as CSV. */
export const csvButton = (path, name, text = 'CSV') => h('button', {
  class: 'btn', type: 'button', title: 'Download this as a table (CSV)',
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
}, text);

/** The same as a table, folded away below a chart. */
export function dataTable(items, columns, { caption, path, name }) {
  const details = h('details', { class: 'data' }, h('summary', null, 'The same as a table'));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) {
      details.append(table(items, columns, caption), path ? h('p', { class: 'mt' }, csvButton(path, name, 'Download CSV')) : '');
    }
  });
  return details;
}
