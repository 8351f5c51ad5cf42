import type { ComponentProps } from "react";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border-edge bg-sheet text-ink hover:border-ink",
  danger: "bg-danger text-on-accent hover:bg-danger-strong",
  quiet: "text-ink-soft hover:bg-tint hover:text-ink",
};

interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof looks;
}

/** The text button of the app: 44 px high, so that a thumb meets it. */
export function Button({ look = "secondary", className = "", ...rest }: ButtonProps) {
  return <button type="button" className={`button ${looks[look]} ${className}`} {...rest} />;
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** What it does and to what, as in "Delete Buy milk". */
  label: string;
}

export function IconButton({ label, className = "", ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={`icon-button ${className}`} {...rest} />
  );
}
