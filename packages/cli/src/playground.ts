/**
 * The built playground page: this package carries a copy beside its code, since the page is a package
 * of its own that is not published.
 */
export const playgroundDir = new URL('./playground/', import.meta.url);
