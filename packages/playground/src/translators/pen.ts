import type { Place } from './drawing.js';

interface Pen {
  press(place: Place): void;
  /** Told of every place on the way since the last call. */
  move(places: readonly Place[]): void;
  lift(): void;
  /** The system has taken the pointer, such as for a gesture. */
  cancel(): void;
}

/** Browsers that do not keep the places between two frames give the last alone. */
function placesOf(event: PointerEvent): readonly PointerEvent[] {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length > 0 ? all : [event];
}

/** Draw on an element with a pen, a finger or a mouse: one at a time, and beyond the edge too. */
export function listenToPen(element: HTMLElement, pen: Pen): void {
  let pointer: number | undefined;
  const toPlace = ({ clientX, clientY }: PointerEvent): Place => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const end = (then: () => void) => (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = undefined;
    then();
  };
  element.addEventListener('pointerdown', (event) => {
    if (pointer !== undefined || event.button !== 0) return;
    // This throws where the pointer is gone already.
    element.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    pen.press(toPlace(event));
  });
  element.addEventListener('pointermove', (event) => {
    if (event.pointerId === pointer) pen.move(placesOf(event).map(toPlace));
  });
  // After each pointerup the capture is lost too; it may be lost without one.
  for (const type of ['pointerup', 'lostpointercapture'] as const) {
    element.addEventListener(
      type,
      end(() => pen.lift()),
    );
  }
  element.addEventListener(
    'pointercancel',
    end(() => pen.cancel()),
  );
}
