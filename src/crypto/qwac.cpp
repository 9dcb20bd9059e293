#include "crypto/qwac.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/objects.h>

#include <algorithm>
#include <optional>

#include "base/json_text.hpp"
#include "crypto/der.hpp"

namespace multipass {
namespace {

using namespace std::string_view_literals;

// Contents octets of object identifiers (X.690, section 8.19).
constexpr auto psd2_statement_oid = "\x04\x00\x81\x98\x27\x02"sv;  // 0.4.0.19495.2
constexpr auto role_arc = "\x04\x00\x81\x98\x27\x01"sv;            // 0.4.0.19495.1, then the role

constexpr std::size_t longest_name = 256;  // TS 119 495: UTF8String (SIZE (1..256))
constexpr std::size_t longest_organization = 128;

error bad(std::string what) {
  return fail(errc::invalid_input, "The client certificate " + std::move(what));
}

error bad_statement() {
  return bad("has a malformed PSD2 statement");
}

std::string_view bytes_of(const ASN1_STRING* s) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)),
          static_cast<std::size_t>(ASN1_STRING_length(s))};
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

result<std::string> organization_of(const X509_NAME& subject) {
  const int at = X509_NAME_get_index_by_NID(&subject, NID_organizationIdentifier, -1);
  if (at < 0) return bad("has no organizationIdentifier");
  if (X509_NAME_get_index_by_NID(&subject, NID_organizationIdentifier, at) >= 0) {
    return bad("has two organizationIdentifiers");
  }
  unsigned char* utf8 = nullptr;
  const auto* const written = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(&subject, at));
  const int size = ASN1_STRING_to_UTF8(&utf8, written);
  if (size < 0) return bad("has a malformed organizationIdentifier");
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  if (text.empty() || text.size() > longest_organization || !is_visible_ascii(text)) {
    return bad("has a malformed organizationIdentifier");
  }
  return text;
}

std::string subject_of(const X509_NAME& name) {
  struct free_bio {
    void operator()(BIO* b) const { BIO_free(b); }
  };
  const std::unique_ptr<BIO, free_bio> out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), &name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<std::string_view> take_name(der_reader& from) {
  const auto name = from.take(der_tag::utf8_string);
  if (!name || name->empty() || name->size() > longest_name || !is_utf8(*name)) return std::nullopt;
  return name;
}

// Roles of later editions are passed over: they give nothing that is asked for here.
std::uint8_t bit_of(std::string_view role) {
  if (role.size() != role_arc.size() + 1 || !role.starts_with(role_arc)) return 0;
  const auto number = static_cast<unsigned char>(role.back());
  return number >= 1 && number <= 4 ? static_cast<std::uint8_t>(1U << (number - 1)) : 0;
}

// RolesOfPSP ::= SEQUENCE OF SEQUENCE { roleOfPspOid, roleOfPspName }
std::optional<std::uint8_t> roles_of(std::string_view list) {
  std::uint8_t roles = 0;
  for (der_reader each(list); !each.at_end();) {
    const auto role = each.take(der_tag::sequence);
    if (!role) return std::nullopt;
    der_reader parts(*role);
    const auto oid = parts.take(der_tag::object_identifier);
    if (!oid || !take_name(parts) || !parts.at_end()) return std::nullopt;
    roles = static_cast<std::uint8_t>(roles | bit_of(*oid));
  }
  return roles;
}

// PSD2QcType ::= SEQUENCE { rolesOfPSP, nCAName, nCAId }
result<void> read_psd2_statement(der_reader& from, qwac& into) {
  const auto statement = from.take(der_tag::sequence);
  if (!statement || !from.at_end()) return bad_statement();
  der_reader parts(*statement);
  const auto list = parts.take(der_tag::sequence);
  if (!list) return bad_statement();
  const auto roles = roles_of(*list);
  const auto name = take_name(parts);
  const auto id = take_name(parts);
  if (!roles || !name || !id || !parts.at_end()) return bad_statement();
  if (*roles == 0) return bad("has a PSD2 statement without a known role");
  into.roles = *roles;
  into.authority_name = *name;
  into.authority = *id;
  return {};
}

// QCStatements ::= SEQUENCE OF SEQUENCE { statementId, statementInfo OPTIONAL }
result<void> read_statements(std::string_view extension, qwac& into) {
  const auto malformed = [] { return bad("has malformed qcStatements"); };
  der_reader outer(extension);
  const auto list = outer.take(der_tag::sequence);
  if (!list || !outer.at_end()) return malformed();
  bool found = false;
  for (der_reader each(*list); !each.at_end();) {
    const auto statement = each.take(der_tag::sequence);
    if (!statement) return malformed();
    der_reader parts(*statement);
    const auto id = parts.take(der_tag::object_identifier);
    if (!id) return malformed();
    if (*id != psd2_statement_oid) {
      if (!parts.at_end() && (!parts.skip() || !parts.at_end())) return malformed();
      continue;
    }
    if (std::exchange(found, true)) return bad("has two PSD2 statements");
    if (auto read = read_psd2_statement(parts, into); !read) return read;
  }
  if (!found) return bad("has no PSD2 statement");
  return {};
}

}  // namespace

result<qwac> read_qwac(X509& certificate) {
  const error_queue_mark queue;
  qwac q;
  const auto valid = validity_of(certificate);
  if (!valid) return valid.error();
  q.valid = *valid;
  const X509_NAME* const subject = X509_get_subject_name(&certificate);
  q.subject = subject_of(*subject);
  auto organization = organization_of(*subject);
  if (!organization) return organization.error();
  q.organization = std::move(*organization);
  const int at = X509_get_ext_by_NID(&certificate, NID_qcStatements, -1);
  if (at < 0) return bad("has no qcStatements");
  // RFC 5280, section 4.2: "A certificate MUST NOT include more than one instance".
  if (X509_get_ext_by_NID(&certificate, NID_qcStatements, at) >= 0) {
    return bad("has qcStatements twice");
  }
  const auto* const extension = X509_EXTENSION_get_data(X509_get_ext(&certificate, at));
  if (auto read = read_statements(bytes_of(extension), q); !read) return read.error();
  return q;
}

result<qwac> read_qwac(std::string_view der) {
  const auto parsed = parse_x509(der);
  if (!parsed) return parsed.error();
  return read_qwac(**parsed);
}

}  // namespace multipass
