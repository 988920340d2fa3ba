// A page's address is the API's path without /v1, with the same parameters. The clocks go with every link and every question.
export const CLOCKS = ['asOf', 'reportedBy', 'knownAt', 'method'];

/** Parameters of the address that are the page's own: how it is looked at, not what is asked. */
const OF_THE_PAGE = ['sort', 'only', 'find', 'scale', 'all', 'open'];

/** The parameters of this address. */
export const here = () => new URLSearchParams(location.search);

/** The clocks that are set in this address. */
export function clocks() {
  const parameters = here();
  return Object.fromEntries(CLOCKS.filter(name => parameters.get(name)).map(name => [name, parameters.get(name)]));
}

/** The uses of the platforms that the headline counts: all, by method 1, and those that are not civil by any later one. */
export const headlineUses = () => (clocks().method === '1' ? null : 'military,dualUse');

/** A path with parameters; those without a value are left out. */
export function withParameters(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%40', '@').replaceAll('%3A', ':');
  return text ? `${path}?${text}` : path;
}

/** A link to another page, at the same clocks. */
export const link = (path, parameters = {}) => withParameters(path, { ...clocks(), ...parameters });

/** A part of a path. */
export const part = text => encodeURIComponent(text);

export const countryPath = code => `/countries/${part(code)}`;
export const holdingPath = (code, platform) => `/countries/${part(code)}/fleet/${part(platform)}`;
export const dealPath = deal => `/deals/${part(deal.recipient)}/${part(deal.supplier)}/${part(deal.deal)}`;

/** This address with other parameters; those without a value go. All others stay as they are, known or not. */
export function changed(parameters) {
  const query = here();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%40', '@').replaceAll('%3A', ':');
  return location.pathname + (text ? `?${text}` : '');
}

/** Goes to another page. */
export function go(url) {
  history.pushState(null, '', url);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** Writes how the page is looked at into its address, without another entry in the history. */
export const keep = parameters => history.replaceState(null, '', changed(parameters) + location.hash);

/** The path and parameters of the API that this page shows. */
export function dataPath(path, parameters) {
  const query = here();
  for (const name of OF_THE_PAGE) query.delete(name);
  return withParameters(`/v1${path}`, { ...Object.fromEntries(query), ...parameters });
}
