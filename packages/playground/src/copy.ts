/** Select an element's text, so that a keystroke copies it: where the clipboard is closed to pages. */
function select(element: Element): void {
  getSelection()?.selectAllChildren(element);
}

async function copy(button: HTMLButtonElement, source: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    select(source);
    button.textContent = 'Press Ctrl+C';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 1500);
}

/** Make every button with `data-copies` copy the text of the element with that id. */
export function listenToCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copies]')) {
    const source = document.getElementById(button.dataset['copies'] ?? '');
    if (source) button.addEventListener('click', () => void copy(button, source));
  }
}
