// Title, and the three things that can always be done.

import type { Texts } from "../texts";
import { CloseIcon, FreshIcon, MenuIcon } from "./icons";

interface Props {
  texts: Texts;
  heading: string;
  mode: "panel" | "page";
  menu: boolean;
  menuButton: { current: HTMLButtonElement | null };
  started: boolean;
  onMenu: () => void;
  onFresh: () => void;
  onClose: () => void;
}

export function Header({ texts, heading, mode, menu, menuButton, started, onMenu, onFresh, onClose }: Props) {
  const Title = mode === "page" ? "h1" : "h2";
  return (
    <header class="bar">
      <div class="column">
        <Title class="title">{heading}</Title>
        {started && (
          <button type="button" class="tool" onClick={onFresh}><FreshIcon /><span>{texts.fresh}</span></button>
        )}
        <button type="button" class="tool" ref={menuButton} aria-expanded={menu} onClick={onMenu}>
          <MenuIcon /><span>{texts.menu}</span>
        </button>
        {mode === "panel" && (
          <button type="button" class="tool bare" aria-label={texts.close} title={texts.close} onClick={onClose}>
            <CloseIcon />
          </button>
        )}
      </div>
    </header>
  );
}
