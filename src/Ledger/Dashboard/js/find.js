// The search of the header: countries, platforms, deals, publishers. A combobox: arrows choose, Enter opens.
import { h, put, s } from './dom.js';
import { ask } from './api.js';
import { clocks, countryPath, dealPath, go, link, part } from './address.js';

const WHAT = { country: 'Country', platform: 'Platform', deal: 'Deal', publisher: 'Publisher' };

const pathOf = hit =>
  hit.kind === 'country'
    ? countryPath(hit.recipient)
    : hit.kind === 'platform'
      ? `/platforms/${part(hit.platform)}`
      : hit.kind === 'deal'
        ? dealPath(hit)
        : `/publishers/${part(hit.publisher ?? hit.name)}`;

const about = hit =>
  hit.kind === 'deal'
    ? `${WHAT.deal} · ${hit.recipientName} · ${hit.deal}`
    : `${WHAT[hit.kind] ?? hit.kind}${hit.matched && hit.matched !== hit.name ? ` · also ${hit.matched}` : ''}`;

/** The box. */
export function findBox() {
  let hits = [];
  let chosen = 0;
  let asked = 0;
  const list = h('ul', { id: 'find-list', role: 'listbox', 'aria-label': 'Found', hidden: true });
  const field = h('input', {
    type: 'search',
    id: 'find',
    role: 'combobox',
    'aria-label': 'Find a country, platform, deal or publisher',
    'aria-controls': 'find-list',
    'aria-expanded': false,
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'Find a country or platform',
  });
  const close = () => {
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };
  const open = hit => {
    close();
    field.value = '';
    go(link(pathOf(hit)));
    document.getElementById('main').focus({ preventScroll: true });
  };
  const draw = message => {
    put(
      list,
      message
        ? h('li', { role: 'option', 'aria-disabled': true, 'aria-selected': false }, message)
        : hits.map((hit, i) =>
            h(
              'li',
              {
                role: 'option',
                id: `find-${i}`,
                'aria-selected': i === chosen,
                onpointerdown: event => {
                  event.preventDefault();
                  open(hit);
                },
              },
              hit.name,
              h('small', null, about(hit)),
            ),
          ),
    );
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    if (hits.length && !message) field.setAttribute('aria-activedescendant', `find-${chosen}`);
  };
  const look = async () => {
    const mine = ++asked;
    const q = field.value.trim();
    if (!q) {
      hits = [];
      close();
      return;
    }
    try {
      const { items } = await ask('/v1/search', { q, limit: 12 }, clocks());
      if (mine !== asked) return;
      [hits, chosen] = [items, 0];
      draw(items.length ? null : 'Nothing of that name.');
    } catch (fault) {
      if (mine === asked) draw(fault.detail ?? fault.message);
    }
  };
  let timer = 0;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, 120);
  });
  field.addEventListener('blur', () => setTimeout(close, 100));
  field.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      chosen = (chosen + step + hits.length) % hits.length;
      draw();
      document.getElementById(`find-${chosen}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Escape') {
      close();
    }
  });
  const submit = async event => {
    event.preventDefault();
    clearTimeout(timer);
    if (list.hidden || !hits.length) await look();
    if (hits.length) open(hits[chosen]);
  };
  return h(
    'form',
    { class: 'find', role: 'search', onsubmit: submit },
    s(
      'svg',
      { width: 16, height: 16, viewBox: '0 0 16 16', fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6, 'aria-hidden': 'true' },
      s('path', { d: 'M7 2a5 5 0 1 1 0 10a5 5 0 0 1 0-10zM11 11l3.5 3.5' }),
    ),
    field,
    list,
  );
}
