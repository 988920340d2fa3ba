// Parts of forms and lists that several pages have.
import { h } from './dom.js';

/** A choice of one among few, as buttons side by side. Options: pairs of value and text. */
export const segments = (label, options, chosen, choose) =>
  h(
    'span',
    { class: 'seg', role: 'group', 'aria-label': label },
    options.map(([value, text]) =>
      h('button', { type: 'button', value, 'aria-pressed': value === chosen, onclick: () => choose(value) }, text),
    ),
  );

/** The heading of a column by which a list can be sorted. */
export const sortHeading = (name, text, sorted, sort, cls) =>
  h(
    'span',
    { class: cls },
    h('button', { type: 'button', 'aria-pressed': sorted === name, onclick: () => sort(name) }, text, sorted === name ? ' ↓' : ''),
  );

/** What stands in the place of a list in which nothing fits. */
export const nothingFits = (text, showAll) =>
  h('div', { class: 'notice quiet mt' }, h('p', null, text), h('button', { class: 'btn', type: 'button', onclick: showAll }, 'Show all'));
