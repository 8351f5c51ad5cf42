import { useLayoutEffect, useRef } from "react";
import { preferences } from "../preferences.ts";

/** Keys of the whole page, by the character that they type; each does something. */
export type Shortcuts = Record<string, () => void>;

/**
 * Listens for single keys, except while somebody types, a dialog is open, or they are switched off. It does so from the
 * moment at which the page can be seen: an effect would come after it, and a quick key would be lost.
 */
export function useShortcuts(shortcuts: Shortcuts) {
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isShortcut(event)) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Whether a key is meant as a shortcut. A character needs the person's leave, a key like Delete does not. */
export function isShortcut(event: Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "key" | "target">) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key.length === 1 && !preferences().singleKeys) return false;
  return !isField(event.target) && document.querySelector("dialog[open]") === null;
}

/** Whether keys are what somebody writes there. */
export function isField(
  target: EventTarget | null,
): target is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
