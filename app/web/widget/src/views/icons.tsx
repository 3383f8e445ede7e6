// Line drawings of our own; a word always stands beside them or in their button's label.

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor"
      stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
      {children}
    </svg>
  );
}

export const ChatIcon = () => <Icon><path d="M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z" /><path d="M8 9h8M8 13h5" /></Icon>;
export const CloseIcon = () => <Icon><path d="M6 6l12 12M18 6L6 18" /></Icon>;
export const MenuIcon = () => <Icon><circle cx="12" cy="12" r="9" /><path d="M12 7v5l3 2" /></Icon>;
export const FreshIcon = () => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const CautionIcon = () => <Icon><path d="M12 3.5L2.5 20h19z" /><path d="M12 10v4.5M12 17.4v.1" /></Icon>;
export const PageIcon = () => <Icon><path d="M6 3h8l4 4v14H6z" /><path d="M9 11h6M9 15h6" /></Icon>;
export const BackIcon = () => <Icon><path d="M15 5l-7 7 7 7" /></Icon>;
export const NextIcon = () => <Icon><path d="M9 5l7 7-7 7" /></Icon>;
export const OutsideIcon = () => <Icon><path d="M13 4h7v7M20 4l-9 9M18 14v6H4V6h6" /></Icon>;
export const SendIcon = () => <Icon><path d="M4 12l16-8-6 16-3-7z" /></Icon>;
