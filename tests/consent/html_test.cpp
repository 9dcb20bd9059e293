#include "consent/html.hpp"

#include <boost/test/unit_test.hpp>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(consent_html)

BOOST_AUTO_TEST_CASE(escape_leaves_nothing_that_ends_text_or_attribute) {
  const struct {
    const char *text, *html;
  } rows[] = {{"", ""},
              {"plain, gr\xc3\xbcn.", "plain, gr\xc3\xbcn."},
              {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
              {"\" onclick='x'", "&quot; onclick=&#39;x&#39;"},
              {"a & b &amp; c", "a &amp; b &amp;amp; c"}};
  for (const auto& row : rows) BOOST_TEST(escape(row.text) == row.html);
}

BOOST_AUTO_TEST_CASE(names_are_escaped_and_isolated) {
  BOOST_TEST(escape_name("A & <B>") == "<bdi>A &amp; &lt;B&gt;</bdi>");
}

BOOST_AUTO_TEST_CASE(fill_escapes_the_text_and_not_what_it_inserts) {
  BOOST_TEST(fill("{0} & {1}", {"<b>x</b>", "y"}) == "<b>x</b> &amp; y");
  BOOST_TEST(fill("{1}{0}", {"a", "b"}) == "ba");
  BOOST_TEST(fill("{0}", {"{1}", "never"}) == "{1}");
  BOOST_TEST(fill("a { b {x} {9} {", {"z"}) == "a { b {x} {9} {");
}

BOOST_AUTO_TEST_CASE(ibans_are_grouped_in_fours) {
  BOOST_TEST(grouped_iban("GB01TCCL82495709311980") == "GB01 TCCL 8249 5709 3119 80");
  BOOST_TEST(grouped_iban("GB01") == "GB01");
  BOOST_TEST(grouped_iban("") == "");
  BOOST_TEST(grouped_iban("a <b> 12345") == "a &lt;b&gt; 12345");
}

BOOST_AUTO_TEST_SUITE_END()
