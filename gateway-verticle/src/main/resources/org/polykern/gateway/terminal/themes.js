// Colours, and the choice of them, which the browser remembers.

const REMEMBERED = "polykern-terminal-theme";

export const themes = {
  Dark: { background: "#1e1e1e", foreground: "#d4d4d4", cursor: "#d4d4d4", selection: "#264f78aa" },
  Light: {
    background: "#ffffff", foreground: "#1f2328", cursor: "#1f2328", selection: "#b6d5ffaa",
    black: "#24292f", red: "#cf222e", green: "#116329", yellow: "#7d4e00",
    blue: "#0969da", magenta: "#8250df", cyan: "#1b7c83", white: "#6e7781",
    brightBlack: "#57606a", brightRed: "#a40e26", brightGreen: "#1a7f37", brightYellow: "#633c01",
    brightBlue: "#218bff", brightMagenta: "#a475f9", brightCyan: "#3192aa", brightWhite: "#8c959f",
  },
  Paper: {
    background: "#fbf1c7", foreground: "#3c3836", cursor: "#3c3836", selection: "#d5c4a1aa",
    black: "#282828", red: "#9d0006", green: "#79740e", yellow: "#b57614",
    blue: "#076678", magenta: "#8f3f71", cyan: "#427b58", white: "#7c6f64",
  },
  Night: { background: "#0d1424", foreground: "#c5d1e8", cursor: "#7aa2f7", selection: "#33467caa" },
  Contrast: { background: "#000000", foreground: "#ffffff", cursor: "#ffff00", selection: "#0055ffaa" },
};

/** The name of the theme to begin with. */
export function remembered() {
  try {
    const name = localStorage.getItem(REMEMBERED);
    if (name in themes) return name;
  } catch {
    // This browser remembers nothing.
  }
  return matchMedia("(prefers-color-scheme: light)").matches ? "Light" : "Dark";
}

export function remember(name) {
  try {
    localStorage.setItem(REMEMBERED, name);
  } catch {
    // The next visit begins with the default.
  }
}
