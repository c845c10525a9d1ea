/** Show one choice of a group of radio buttons. */
export function check(group: ParentNode, value: string): void {
  for (const input of group.querySelectorAll<HTMLInputElement>('input[type=radio]')) {
    input.checked = input.value === value;
  }
}

/** The value that is chosen in a group of radio buttons. */
export const chosen = (group: ParentNode): string | undefined =>
  group.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value;

/** Fill a group with radio buttons: `[value, text]` each. */
export function fill(
  group: Element,
  name: string,
  choices: readonly (readonly [string, string])[],
) {
  group.classList.toggle(
    'short',
    choices.every(([value]) => value.length <= 2),
  );
  group.replaceChildren(
    ...choices.map(([value, text]) => {
      const label = document.createElement('label');
      const input = Object.assign(document.createElement('input'), { type: 'radio', name, value });
      const span = Object.assign(document.createElement('span'), { textContent: text });
      label.append(input, span);
      return label;
    }),
  );
}
