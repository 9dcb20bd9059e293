#!/usr/bin/python3
"""A bank's own name, logo, colour and language on the pages.

    theme_test.py build/release/multipass [unittest arguments]
"""

import json
import pathlib
import subprocess
import tempfile
import unittest

import harness

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20">
<defs><linearGradient id="g"><stop stop-color="#c00"/></linearGradient></defs>
<rect width="40" height="20" fill="url(#g)"/></svg>"""


class Theme(harness.PageTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="multipass-theme-")
        cls.addClassCleanup(folder.cleanup)
        logo, texts = pathlib.Path(folder.name, "logo.svg"), pathlib.Path(folder.name, "de.json")
        logo.write_text(LOGO)
        printed = subprocess.run([harness.PageTest.program, "example-texts"], check=True,
                                 capture_output=True).stdout
        # A translation that is sure to be whole: every text is marked.
        marked = {name: text if name in ("language", "direction", "date") else "« " + text
                  for name, text in json.loads(printed).items()}
        marked |= {"language": "de", "date": "{0}. {1} {2}", "login_title": "Anmelden"}
        texts.write_text(json.dumps(marked))
        cls.options = ("--bank-name", "Bank Grün", "--logo-file", str(logo), "--brand-color",
                       "#a00040", "--texts-file", str(texts))
        super().setUpClass()

    def texts_not_translated(self):
        """The visible texts of ours that are not marked; values of others are in <bdi> or known."""
        return self.browser.execute_script("""
            const own = new Set(['Anmelden', 'Bank Grün', 'EUR']);
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = [];
            for (let n = walk.nextNode(); n; n = walk.nextNode()) {
              const text = n.textContent.trim(), block = n.parentElement.closest(
                  'p, li, h1, h2, h3, dt, dd, legend, button, a, label, .name, .meaning, .service');
              if (!text || text.includes('«') || own.has(text) || n.parentElement.closest('bdi, .iban')) continue;
              if (!(block && (block.textContent.includes('«') || block.querySelector('bdi'))))
                found.push(text);
            }
            return found;""")

    def test_name_logo_colour_and_language(self):
        self.browser.get_log("browser")
        self.gateway.grant()
        self.open_login()
        self.assertEqual(self.element("html").get_attribute("lang"), "de")
        self.assertEqual(self.element(".bank-name").text, "Bank Grün")
        self.assertEqual(self.element("h1").text, "Anmelden")
        self.assertEqual(self.browser.execute_script(
            "return document.querySelector('img.logo').naturalWidth"), 40)
        self.assertEqual(self.element("button.primary").value_of_css_property("background-color"),
                         "rgba(160, 0, 64, 1)")
        self.assertEqual(self.texts_not_translated(), [])
        self.log_in()
        self.assertEqual(self.texts_not_translated(), [])
        self.open_dashboard()
        self.assertEqual([t for t in self.texts_not_translated() if not t[0].isdigit()], [])
        self.press("a[href$='/withdraw']")
        self.press("button.primary")
        self.assertEqual([t for t in self.texts_not_translated() if not t[0].isdigit()], [])
        self.assertEqual([line["message"] for line in self.browser.get_log("browser")
                          if "Content Security Policy" in line["message"]], [])

    def test_the_logo_alone_runs_nothing(self):
        self.open("/consent/logo")
        self.assertEqual(self.browser.execute_script("return document.contentType"),
                         "image/svg+xml")

    def test_what_cannot_be_used_is_refused_at_start(self):
        with tempfile.TemporaryDirectory() as folder:
            def refused(key, text, *parts):
                file = pathlib.Path(folder, "file")
                file.write_text(text)
                value = text if key == "brand-color" else str(file)
                run = subprocess.run(
                    [harness.PageTest.program, "serve", "--sandbox", "--listen", "127.0.0.1:0",
                     "--admin-listen", "127.0.0.1:0", "--database", folder + "/db", "--" + key,
                     value], capture_output=True, text=True, timeout=60)
                self.assertEqual(run.returncode, 2, run.stderr)
                for part in (key, *parts):
                    self.assertIn(part, run.stderr)
            refused("brand-color", "#ffd200", "1.3:1", "#ffd200")
            refused("texts-file", '{"logintitle": "Anmelden"}', "file", "logintitle")
            refused("texts-file", '{"login_intro": "{0} fragt"}', "login_intro", "{0} and {1}")
            refused("logo-file", LOGO.replace("<rect", "<script>1</script><rect"), "<script")
            refused("logo-file", "GIF89a", "PNG")


if __name__ == "__main__":
    harness.main(__doc__)
