"""The two themes that the screens were drawn for; those of Textual can be chosen as well."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="fixer-dark",
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#bb9af7",
    foreground="#c8d0e8",
    background="#13151d",
    surface="#191c26",
    panel="#232735",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    dark=True,
    variables={
        "border": "#7aa2f7",
        "border-blurred": "#343a4f",
        "block-cursor-background": "#2f3a5c",
        "block-cursor-foreground": "#e6ebfb",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#232838",
        "block-cursor-blurred-foreground": "#c8d0e8",
        "footer-background": "#191c26",
        "footer-key-foreground": "#7aa2f7",
        "footer-description-foreground": "#8b93ad",
        "scrollbar": "#343a4f",
        "scrollbar-hover": "#49516d",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#13151d",
        "scrollbar-background-hover": "#13151d",
        "scrollbar-background-active": "#13151d",
        "scrollbar-corner-color": "#13151d",
    },
)

LIGHT = Theme(
    name="fixer-light",
    primary="#2456c9",
    secondary="#0a6d8c",
    accent="#7a3fc0",
    foreground="#262b3b",
    background="#fafaf7",
    surface="#f1f1ec",
    panel="#e4e5e0",
    success="#276b2a",
    warning="#8f5300",
    error="#c0263f",
    dark=False,
    variables={
        "border": "#2456c9",
        "border-blurred": "#cfd1cb",
        "block-cursor-background": "#d3ddf7",
        "block-cursor-foreground": "#14203f",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e9ebee",
        "block-cursor-blurred-foreground": "#262b3b",
        "footer-background": "#ecece7",
        "footer-key-foreground": "#2456c9",
        "footer-description-foreground": "#5b6172",
        "scrollbar": "#cfd1cb",
        "scrollbar-hover": "#b3b6ae",
        "scrollbar-active": "#2456c9",
        "scrollbar-background": "#fafaf7",
        "scrollbar-background-hover": "#fafaf7",
        "scrollbar-background-active": "#fafaf7",
        "scrollbar-corner-color": "#fafaf7",
        "input-cursor-foreground": "#fafaf7",
        "input-cursor-background": "#262b3b",
    },
)

THEMES = (DARK, LIGHT)
