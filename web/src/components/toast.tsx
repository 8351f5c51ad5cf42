import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "./button.tsx";

/** Where messages appear: over the foot of the page. Present from the start, so that its place is known. */
export function Toasts({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label} className="toasts">
      {children}
    </section>
  );
}

interface ToastProps {
  children: ReactNode;
  /** Its buttons. */
  actions?: ReactNode;
  /** An error is read out at once, and waits for an answer. */
  error?: boolean;
  /** What the button that closes it is called. */
  closeLabel: string;
  onClose: () => void;
  /** Milliseconds until it ends by itself; without it, never. */
  lifetime?: number;
  onEnd?: () => void;
}

export function Toast({
  children,
  actions,
  error = false,
  closeLabel,
  onClose,
  lifetime,
  onEnd,
}: ToastProps) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const hidden = useHidden();
  useCountdown(lifetime, hovered || focused || hidden, onEnd);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer and focus only make it wait
    <div
      className="toast"
      role={error ? "alert" : undefined}
      data-error={error || undefined}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <p className="toast-text">{children}</p>
      <div className="toast-actions">
        {actions}
        <IconButton label={closeLabel} onClick={onClose}>
          <X aria-hidden="true" size={18} />
        </IconButton>
      </div>
    </div>
  );
}

/** Calls `onEnd` once `lifetime` has passed, not counting the time in which it was paused. */
function useCountdown(lifetime: number | undefined, paused: boolean, onEnd?: () => void) {
  const left = useRef(lifetime);
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  });
  useEffect(() => {
    if (left.current === undefined || paused) return undefined;
    const started = Date.now();
    const timer = setTimeout(() => end.current?.(), left.current);
    return () => {
      clearTimeout(timer);
      left.current = (left.current ?? 0) - (Date.now() - started);
    };
  }, [paused]);
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return hidden;
}
