// A bank's own colour, logo and texts: what is taken and what is refused, and how it is said.
#include "consent/theme.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>
#include <string>

#include "consent/brand.hpp"
#include "consent/color.hpp"
#include "consent/logo.hpp"
#include "consent/texts_file.hpp"
#include "support/temp_folder.hpp"

using namespace multipass;

namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The value of a custom property, the n-th time it is set.
color property(const std::string& style, const std::string& name, int n) {
  std::size_t at = 0;
  for (int i = 0; i <= n; ++i) at = style.find("--" + name + ": #", at) + 1;
  return parse_color(style.substr(at + name.size() + 3, 7)).value();
}

std::string refusal(const std::string& json) {
  const auto read = read_texts(json);
  BOOST_REQUIRE_MESSAGE(!read, json);
  BOOST_TEST((read.error().code == errc::bad_configuration));
  return read.error().message;
}

std::string svg(const std::string& content) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">" + content + "</svg>";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_theme)

// The examples of WCAG 2.2's "contrast ratio" and of its techniques.
BOOST_AUTO_TEST_CASE(contrast_is_measured_as_wcag_does) {
  BOOST_TEST(contrast(black, white) == 21.0, boost::test_tools::tolerance(0.001));
  BOOST_TEST(contrast(white, white) == 1.0, boost::test_tools::tolerance(0.001));
  BOOST_TEST(contrast(*parse_color("#767676"), white) == 4.54, boost::test_tools::tolerance(0.01));
  BOOST_TEST(contrast(white, *parse_color("#0000FF")) == 8.59, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(without_a_colour_of_its_own_a_bank_has_ours) {
  BOOST_TEST(brand_style("").value().empty());
}

// Grounds and colours as style.cpp and the derived rules have them, light first.
BOOST_AUTO_TEST_CASE(every_colour_that_is_taken_can_be_read_in_the_light_and_in_the_dark) {
  const std::string own(style_sheet());
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  int taken = 0;
  for (int i = 0; i < 3000; ++i) {
    const color brand{static_cast<std::uint8_t>(random()), static_cast<std::uint8_t>(random()),
                      static_cast<std::uint8_t>(random())};
    const auto style = brand_style(to_string(brand));
    if (!style) {
      BOOST_TEST(contrast(brand, property(own, "soft", 0)) < readable);
      continue;
    }
    ++taken;
    BOOST_TEST((property(*style, "act", 0) == brand));
    BOOST_TEST_CONTEXT("seed " << seed << ", " << to_string(brand)) {
      for (const int scheme : {0, 1}) {
        const color act = property(*style, "act", scheme);
        for (const char* ground : {"ground", "card", "soft"}) {
          BOOST_TEST(contrast(act, property(own, ground, scheme)) >= readable);
        }
        const color ink = property(*style, "act-ink", scheme);
        BOOST_TEST(contrast(ink, act) >= readable);
        BOOST_TEST(contrast(ink, property(*style, "act-over", scheme)) >= readable);
        const color bar = property(*style, "bar", scheme);
        BOOST_TEST(contrast(property(*style, "bar-ink", scheme), bar) >= readable);
        BOOST_TEST(contrast(property(*style, "bar-quiet", scheme), bar) >= readable);
      }
    }
  }
  BOOST_TEST(taken > 500);
}

BOOST_AUTO_TEST_CASE(a_colour_too_light_to_read_is_refused_with_its_contrast_and_a_way_out) {
  const auto refused = brand_style("#ffd200");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().message.starts_with("brand-color: expected"));
  BOOST_TEST(holds(refused.error().message, "#ffd200 has 1.3:1"), refused.error().message);
  const auto at = refused.error().message.find("shade #");
  BOOST_TEST(brand_style(refused.error().message.substr(at + 6, 7)).has_value());
}

BOOST_AUTO_TEST_CASE(a_logo_is_known_by_its_content) {
  BOOST_TEST(logo_type("\x89PNG\r\n\x1a\n...").value() == "image/png");
  BOOST_TEST(logo_type(svg("<path d=\"M0 0h9\"/>")).value() == "image/svg+xml");
  BOOST_TEST(logo_type("<?xml version=\"1.0\"?>\n" + svg("<style>.a{fill:url(#g)}</style>"
                                                         "<use href=\"#a\" style=\"fill:red\"/>"))
                 .value() == "image/svg+xml");
  for (const std::string& file :
       {std::string(), std::string("GIF89a"), std::string("<html>"), std::string("\x89PNG"),
        "\xff" + svg(""), svg(std::string(most_logo_bytes, ' '))}) {
    BOOST_TEST(!logo_type(file), file.substr(0, 20));
  }
}

BOOST_AUTO_TEST_CASE(an_svg_that_does_more_than_draw_is_refused) {
  for (const char* content :
       {"<script>alert(1)</script>", "<SCRIPT/>", "<g onload=\"alert(1)\"/>", "<g ONCLICK = '1'/>",
        "<g a=\"b\"onload=\"1\"/>", "<foreignObject><p/></foreignObject>",
        "<image href=\"https://evil.example/a.png\"/>", "<image xlink:href = 'a.png'/>",
        "<use href=\"data:image/svg+xml,x\"/>", "<a href=\"javascript:alert(1)\"/>",
        "<style>@import 'x';</style>", "<style>a{fill:url(https://evil.example)}</style>",
        "<style>a{fill:\\75rl(x)}</style>", "<animate attributeName=\"href\" to=\"x\"/>",
        "<a href=\"&#106;avascript:alert(1)\"/>", "<g xml:base=\"https://evil.example\"/>"}) {
    BOOST_TEST(!logo_type(svg(content)), content);
  }
  BOOST_TEST(!logo_type("<!DOCTYPE svg [<!ENTITY a \"b\">]>" + svg("")));
  BOOST_TEST(!logo_type("<?xml-stylesheet href=\"x\"?>" + svg("")));
}

BOOST_AUTO_TEST_CASE(what_is_printed_to_translate_can_be_read_back) {
  const auto read = read_texts(example_texts());
  BOOST_REQUIRE(read.has_value());
  texts again = *read;
  texts own = own_texts();
  const auto names = names_of(own);
  const auto others = names_of(again);
  for (std::size_t i = 0; i < names.size(); ++i) BOOST_TEST(*names[i].value == *others[i].value);
}

BOOST_AUTO_TEST_CASE(texts_that_are_left_out_stay_ours) {
  const auto read = read_texts(
      R"({"language": "de", "login_title": "Anmelden", "months_3": "März", "review_step": ""})");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->login_title == "Anmelden");
  BOOST_TEST(read->months[2] == "März");
  BOOST_TEST(read->review_step.empty());
  BOOST_TEST(read->deny_button == "Deny");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_text_is_said_with_its_name) {
  const struct {
    const char* json;
    const char* says;
  } rows[] = {
      {R"({"login_titel": "x"})", "login_titel: expected one of the names"},
      {R"({"login_title": 1})", "login_title: expected a text"},
      {R"({"login_title": null})", "login_title: expected a text"},
      {R"({"login_title": ""})", "login_title: expected a text of 1 to 2000 bytes"},
      {R"({"login_title": "a\nb"})", "login_title: expected a text of 1 to 2000 bytes"},
      {R"({"login_intro": "{0} asks"})", "login_intro: expected {0} and {1}"},
      {R"({"go_back": "Back to {1}"})", "go_back: expected {0}, as in our own text"},
      {R"({"login_title": "Log in {0}"})", "login_title: expected no placeholder"},
      {R"({"language": "\"><script>"})", "language: expected a language tag"},
      {R"({"direction": "up"})", "direction: expected ltr or rtl"},
      {R"({"login_title": "a", "login_title": "b"})", "login_title"},
      {R"(["login_title"])", "expected a JSON object"},
      {R"({"login_title": )", ""},
  };
  for (const auto& row : rows) BOOST_TEST(holds(refusal(row.json), row.says), refusal(row.json));
}

BOOST_AUTO_TEST_CASE(a_refusal_names_key_and_file) {
  const testing::temp_folder folder;
  const std::string path = folder.file("texts.json");
  std::ofstream(path) << R"({"nothing": "x"})";
  config settings;
  settings.texts_file = path;
  BOOST_TEST(read_theme(settings).error().message.starts_with("texts-file: " + path + ": nothing"));
  settings = {};
  settings.logo_file = folder.file("none.svg");
  const auto missing = read_theme(settings).error().message;
  BOOST_TEST(missing ==
             "logo-file: " + settings.logo_file + ": cannot be read: No such file or directory");
  settings.logo_file = folder.file("");
  BOOST_TEST(holds(read_theme(settings).error().message, "cannot be read"));
}

BOOST_AUTO_TEST_SUITE_END()
