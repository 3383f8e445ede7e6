// Where the keyboard goes when something appears or goes away.

import { useEffect, useRef } from "preact/hooks";

/** A ref for what takes the focus when it appears. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}

/** When `open` goes from true to false, the focus goes to the element of the ref that is returned. */
export function useFocusAfter<T extends HTMLElement>(open: boolean) {
  const target = useRef<T>(null);
  const before = useRef(open);
  useEffect(() => {
    if (before.current && !open) target.current?.focus({ preventScroll: true });
    before.current = open;
  }, [open]);
  return target;
}

/** A keyboard on the screen would cover what is there to read. */
export function touch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
