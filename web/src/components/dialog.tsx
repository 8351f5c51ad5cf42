import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./button.tsx";

interface DialogProps {
  title: string;
  closeLabel: string;
  children: ReactNode;
  onClose: () => void;
}

/** A modal dialog, open as long as it is mounted. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, closeLabel, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    // Or the first that is heard of it would be the button that closes it.
    dialog.current?.focus();
    return () => {
      // Only where the focus went away with the dialog: a quick key may have moved it on already.
      if (opener instanceof HTMLElement && document.activeElement === document.body) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard
    <dialog
      ref={dialog}
      tabIndex={-1}
      className="dialog"
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        // The backdrop counts as the dialog itself.
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="dialog-content">
        <div className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <IconButton label={closeLabel} onClick={() => dialog.current?.close()}>
            <X aria-hidden="true" size={18} />
          </IconButton>
        </div>
        {children}
      </div>
    </dialog>
  );
}
