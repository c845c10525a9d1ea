/** The body of a request as a picture of some kind. */
export const toUrl = (bytes: Uint8Array) =>
  `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
export const raw = (
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'image/png', ...headers },
  body,
});

export function form(
  ...parts: (Uint8Array<ArrayBuffer> | readonly [string, Uint8Array<ArrayBuffer>])[]
) {
  const body = new FormData();
  for (const part of parts) {
    const [name, bytes] = part instanceof Uint8Array ? (['image', part] as const) : part;
    body.append(name, new Blob([bytes]), 'picture.png');
  }
  return body;
}
export const postForm = (body: FormData, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers,
  body,
});
