// Builds elements. Nothing here or elsewhere ever parses a string as markup: text of reports stays text.
const SVG = 'http://www.w3.org/2000/svg';

function add(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(element, child);
    else element.append(child.nodeType ? child : document.createTextNode(String(child)));
  }
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name.startsWith('aria-')) element.setAttribute(name, String(value));
    else if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

/** An HTML element. `on…` attributes are listeners; null, undefined and false are left out. Children: nodes, text, or lists of them. */
export const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/** Replaces what an element holds. */
export function put(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

/** Says something to a screen reader, politely. */
export const say = text => {
  document.getElementById('live').textContent = text;
};

/** A place whose drawing is made for its width, and made again when that changes. */
export function responsive(draw, attributes = { class: 'chart' }) {
  const box = h('div', attributes);
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now > 0 && now !== width) {
      width = now;
      put(box, draw(width));
    }
  }).observe(box);
  return box;
}

/** Calls `draw(width)` whenever the width of what `probe()` finds inside an element changes; for rows that share one axis. */
export function followWidth(element, probe, draw) {
  let width = 0;
  new ResizeObserver(() => {
    const found = Math.floor(probe()?.clientWidth ?? 0);
    const now = found > 50 ? found : Math.floor(element.clientWidth);
    if (now > 50 && Math.abs(now - width) > 1) {
      width = now;
      draw(width);
    }
  }).observe(element);
}

/** An address out of a report, if it is one that may be followed: http or https; else null. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
