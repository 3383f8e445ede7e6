// The organisers' workbench: one page, all of it made of what /api/v1 says.

import { render } from "preact";
import { setTheme, theme } from "./kept";
import { App } from "./views/App";

setTheme(theme());
const place = document.getElementById("bench");
if (place) render(<App />, place);
