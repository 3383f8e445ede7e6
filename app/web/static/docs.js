// The API description, read from /openapi.json. Works without any other network.

import { el } from "./dom.js";

const spec = await (await fetch("/openapi.json")).json();
const calls = document.getElementById("calls");
document.getElementById("about").append(...prose(spec.info.description));
for (const [path, methods] of Object.entries(spec.paths)) {
  for (const [method, call] of Object.entries(methods)) calls.append(callCard(method.toUpperCase(), path, call));
}
calls.removeAttribute("aria-busy");

function callCard(method, path, call) {
  const body = call.requestBody?.content["application/json"]?.schema;
  return el("section", { class: "call" },
    el("h2", {}, el("code", {}, `${method} ${path}`), el("span", { class: "place" }, call.summary)),
    el("p", { class: "plain" }, ...prose(call.description ?? "")),
    table("指定するもの", [...parameters(call), ...properties(body)]),
    curl(method, path, body),
    ...Object.entries(call.responses).map(([status, response]) => responseCard(status, response)));
}

/** Lines that belong together are joined, and what stands in backticks is code. */
function prose(text) {
  const parts = text.replace(/([^\n])\n(?![\n-])/g, "$1").replace(/^- /gm, "・").split("`");
  return parts.map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

function parameters(call) {
  return (call.parameters ?? []).map((one) => [one.name, typeName(one.schema), one.required, one.description]);
}

function properties(schema) {
  const { properties: all = {}, required = [] } = resolved(schema) ?? {};
  return Object.entries(all).map(([name, one]) => [name, typeName(one), required.includes(name), one.description]);
}

function table(title, rows) {
  if (!rows.length) return null;
  return el("div", { class: "scroll" }, el("table", {}, el("caption", {}, title), ...rows.map(([name, type, required, text]) =>
    el("tr", {}, el("th", { scope: "row" }, el("code", {}, name)), el("td", {}, type),
      el("td", {}, required ? "必須" : "任意"), el("td", {}, text ?? "")))));
}

function curl(method, path, body) {
  const example = resolved(body)?.examples?.[0];
  if (!example) return null;
  const line = `curl -X ${method} ${location.origin}${path} -H 'Content-Type: application/json' -d '${JSON.stringify(example)}'`;
  return el("pre", {}, line);
}

function responseCard(status, response) {
  const json = response.content?.["application/json"];
  const examples = Object.values(json?.examples ?? {}).map((one) => el("pre", {}, JSON.stringify(one.value, null, 2)));
  return el("details", { class: "card" },
    el("summary", {}, el("span", { class: "number" }, status), el("span", {}, json ? `${typeName(json.schema)} ` : "",
      el("span", { class: "place" }, response.description))),
    ...examples,
    examples.length ? null : table("返るもの", properties(json?.schema)));
}

function resolved(schema) {
  return schema?.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema;
}

function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `${typeName(schema.items)}[]`;
  return schema.type ?? "";
}
