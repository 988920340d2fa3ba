// Who delivers to whom, as ribbons and as a table.
import { h, put } from '../dom.js';
import { askAll } from '../api.js';
import { changed, clocks, countryPath, go, headlineUses, here, keep, link, withParameters } from '../address.js';
import { figures } from '../glyph.js';
import { OTHER, sankey } from '../charts/sankey.js';
import { BOUNDS, csvButton, table } from '../table.js';
import { CATEGORY, DRONES, category, many, num } from '../words.js';

const sum = (a, b) => ({ low: a.low + b.low, best: a.best + b.best, high: a.high === null || b.high === null ? null : a.high + b.high });

/** One route a pair of supplier and recipient, whatever the categories. */
function routesOf(items) {
  const routes = new Map();
  for (const f of items) {
    if (f.kind !== 'delivery') continue;
    const key = `${f.supplier}>${f.recipient}`;
    const known = routes.get(key);
    routes.set(key, known ? { ...known, ...sum(known, f) } : { ...f });
  }
  return [...routes.values()].filter(r => r.best > 0).sort((a, b) => b.best - a.best || a.supplierName.localeCompare(b.supplierName));
}

/** Who is shown is shown whole: only strangers go into OTHER, or else their totals would be wrong. */
function linksOf(all, shown) {
  const [from, to] = [new Set(shown.map(r => r.supplierName)), new Set(shown.map(r => r.recipientName))];
  const sums = new Map();
  for (const r of all) {
    const key = JSON.stringify([from.has(r.supplierName) ? r.supplierName : OTHER, to.has(r.recipientName) ? r.recipientName : OTHER]);
    sums.set(key, (sums.get(key) ?? 0) + r.best);
  }
  return [...sums].map(([key, best]) => ({ from: JSON.parse(key)[0], to: JSON.parse(key)[1], best }));
}

export async function page() {
  const query = here();
  const now = Number((clocks().asOf ?? new Date().toISOString()).slice(0, 4));
  const [from, to] = [Number(query.get('from') ?? now - 5), Number(query.get('to') ?? now - 1)];
  const asked = query.get('category') ?? DRONES.join(',');
  const uses = query.get('use') ?? (query.get('category') ? null : headlineUses());
  const parameters = { from, to, category: asked, use: uses, supplier: query.get('supplier'), recipient: query.get('recipient') };
  const answer = await askAll('/v1/flows', parameters);
  const routes = routesOf(answer.items);
  const state = { find: query.get('find') ?? '', top: innerWidth < 720 ? 12 : 24 };
  const [chart, list] = [h('div'), h('div')];
  const draw = () => {
    const find = state.find.trim().toLowerCase();
    const found = find ? routes.filter(r => `${r.supplierName}\n${r.recipientName}`.toLowerCase().includes(find)) : routes;
    const shown = found.slice(0, state.top);
    const rest = found.slice(state.top);
    put(
      chart,
      found.length
        ? sankey(linksOf(found, found.slice(0, Math.min(state.top, 24))))
        : h(
            'div',
            { class: 'notice quiet' },
            h('p', null, 'No such flow in these years.'),
            find
              ? h(
                  'button',
                  {
                    class: 'btn',
                    type: 'button',
                    onclick: () => {
                      field.value = '';
                      set('');
                    },
                  },
                  'Show all',
                )
              : null,
          ),
    );
    put(
      list,
      table(
        shown,
        [
          ['Supplier', r => r.supplierName],
          ['Recipient', r => h('a', { href: link(countryPath(r.recipient)) }, r.recipientName)],
          ...BOUNDS,
        ],
        'Flows',
      ),
      rest.length
        ? h(
            'button',
            {
              class: 'more',
              type: 'button',
              onclick: () => {
                state.top = Infinity;
                draw();
              },
            },
            `Show ${many(rest.length, 'smaller flow')}, ${num(rest.reduce((n, r) => n + r.best, 0))} units`,
          )
        : null,
    );
  };
  const set = text => {
    state.find = text;
    keep({ find: text });
    draw();
  };
  const field = h('input', {
    type: 'search',
    placeholder: 'Find a supplier or recipient',
    'aria-label': 'Find a supplier or recipient',
    value: state.find,
    oninput: () => set(field.value),
  });
  draw();
  const total = routes.reduce(sum, { low: 0, best: 0, high: 0 });
  const bySupplier = new Map();
  for (const r of routes.filter(x => x.supplier !== 'x-unknown'))
    bySupplier.set(r.supplierName, (bySupplier.get(r.supplierName) ?? 0) + r.best);
  const [first, most] = [...bySupplier].sort((a, b) => b[1] - a[1])[0] ?? [];
  const kinds = asked === DRONES.join(',') ? 'unmanned aircraft' : asked.split(',').map(category).join(', ').toLowerCase();
  const noun = !uses || uses === headlineUses() ? kinds : `${kinds} (${uses.split(',').join(', ')} use)`;
  const choose = (label, value, options) =>
    h(
      'label',
      null,
      label,
      h(
        'select',
        { 'aria-label': label.trim(), onchange: event => go(changed({ from, to, ...JSON.parse(event.target.value) })) },
        options.map(([parameters, text]) => {
          const key = JSON.stringify(parameters);
          return h('option', { value: key, selected: key === JSON.stringify(value) }, text);
        }),
      ),
    );
  const years = name => Array.from({ length: now - 1949 }, (_, i) => [{ [name]: now - i }, now - i]);
  const what = { category: asked, use: uses };
  const categories = [
    [{ category: DRONES.join(','), use: headlineUses() }, 'Unmanned aircraft'],
    [{ category: DRONES.join(','), use: 'civil' }, 'Civil unmanned aircraft'],
    ...Object.entries(CATEGORY).map(([name, text]) => [{ category: name, use: null }, text]),
  ];
  if (!categories.some(([known]) => JSON.stringify(known) === JSON.stringify(what))) categories.push([what, noun]);
  const body = h(
    'div',
    null,
    h('h1', null, 'Who delivers to whom'),
    h(
      'p',
      { class: 'lede mt', ...figures(total) },
      routes.length
        ? [
            h('b', null, num(total.best)),
            ` ${noun} changed hands between ${from} and ${to} in the best reading `,
            `(${total.high === null ? `at least ${num(total.low)}` : `${num(total.low)} to ${num(total.high)}`}), `,
            `over ${many(routes.length, 'route')}. `,
            first ? [h('b', null, `${first} delivered ${Math.round((100 * most) / total.best)} %`), ' of them.'] : '',
          ]
        : `No ${noun} are reported to have changed hands between ${from} and ${to}.`,
    ),
    h(
      'div',
      { class: 'tools mt' },
      choose('What ', what, categories),
      choose('from ', { from }, years('from')),
      choose('to ', { to }, years('to')),
      field,
      h('span', { class: 'grow' }),
      csvButton(withParameters('/v1/flows', { ...clocks(), ...parameters }), 'flows'),
    ),
    h(
      'div',
      { class: 'flowgrid' },
      h(
        'figure',
        null,
        h('div', { class: 'ends sml muted' }, h('span', null, 'Suppliers'), h('span', null, 'Recipients')),
        chart,
        h(
          'figcaption',
          { class: 'sub mt' },
          'Widths are best readings of units delivered; the table has their ranges. Point at a name, or move to it by Tab, to follow it.',
        ),
      ),
      list,
    ),
  );
  return { title: 'Flows', body, basis: answer.basis, data: { path: '/flows', parameters: { from, to, category: asked, use: uses } } };
}
