import { describe, expect, it } from "vitest";
import { pathAfterLogin } from "../../shared/api";
import { csrfToken } from "../../shared/csrf";
import { mayUse } from "../../shared/session";

const TOKEN = "0a".repeat(32);

describe("pages of our own", () => {
  it("find the token among other cookies, and nothing like it", () => {
    expect(csrfToken(`a=b; yorozu_csrf=${TOKEN}`)).toBe(TOKEN);
    expect(csrfToken(`__Host-yorozu_csrf=${TOKEN}; c=d`)).toBe(TOKEN);
    expect(csrfToken(`xyorozu_csrf=${TOKEN}`)).toBeNull();
    expect(csrfToken("yorozu_csrf=short")).toBeNull();
    expect(csrfToken("")).toBeNull();
  });

  it("go on to a page of ours and never elsewhere", () => {
    expect(pathAfterLogin("?after=%2Fadmin")).toBe("/admin");
    for (const bad of ["", "?after=//evil.example", "?after=https://evil.example", "?after=/%5Cevil.example", "?after=javascript:x"]) {
      expect(pathAfterLogin(bad)).toBe("/");
    }
  });

  it("offer what a person may use", () => {
    const session = (scope: "reader" | "organiser" | "admin") =>
      ({ person: { id: "u", name: "n", scope, account: true }, anonymous: false, ways: { account: true, oidc: null } });
    expect(mayUse(session("organiser"), "organiser")).toBe(true);
    expect(mayUse(session("reader"), "organiser")).toBe(false);
    expect(mayUse({ ...session("admin"), person: null }, "reader")).toBe(false);
  });
});
