// Building elements. Text only ever goes in as text, so nothing in an answer can become markup.

/** el("p", {class: "note", onclick: f}, "text", otherElement, null): attributes, listeners, children. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A button that is not the form's. */
export function button(label, onclick, attributes = {}) {
  return el("button", { type: "button", onclick, ...attributes }, label);
}

/** A link where the address is an ordinary web address, plain text where it is anything else. */
export function link(url, label) {
  const address = webAddress(url);
  if (!address) return el("span", {}, label);
  return el("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function webAddress(url) {
  if (!url || !URL.canParse(url)) return null;
  const address = new URL(url);
  return ["http:", "https:"].includes(address.protocol) ? address : null;
}
