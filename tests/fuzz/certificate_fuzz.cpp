// PSD2 certificates as DER. OpenSSL reads what is around the statement, so bytes that are no
// certificate are read once more as the qcStatements of one that is good otherwise.
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <string>

#include "base/json_text.hpp"
#include "crypto/qwac.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

void set_subject(X509& certificate) {
  constexpr std::string_view organization = "PSDGB-FCA-123456";
  X509_NAME_add_entry_by_NID(X509_get_subject_name(&certificate), NID_organizationIdentifier,
                             MBSTRING_UTF8, octets(organization),
                             static_cast<int>(organization.size()), -1, 0);
}

void add_statements(X509& certificate, std::string_view bytes) {
  ASN1_OCTET_STRING* const contents = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(contents, octets(bytes), static_cast<int>(bytes.size()));
  X509_EXTENSION* const extension =
      X509_EXTENSION_create_by_NID(nullptr, NID_qcStatements, 0, contents);
  X509_add_ext(&certificate, extension, -1);  // copies
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(contents);
}

x509 certificate_with(std::string_view statements) {
  x509 made(X509_new());
  ASN1_TIME_set_string(X509_getm_notBefore(made.get()), "20200101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(made.get()), "20491231235959Z");
  set_subject(*made);
  add_statements(*made, statements);
  return made;
}

void check(const result<qwac>& read) {
  require(ERR_peek_error() == 0, "nothing is left in the queue of errors");
  if (!read) {
    require(read.error().code == errc::invalid_input, "the holder's to mend");
    const auto& reason = read.error().message;
    require(reason.starts_with("The client certificate ") && reason.size() < 120, "a short reason");
    return;
  }
  const auto is_text = [](char c) { return c >= ' ' && c < '\x7f'; };
  require(std::all_of(read->subject.begin(), read->subject.end(), is_text), "a subject is ASCII");
  require(!read->organization.empty() && read->organization.size() <= 128, "an organization");
  require(std::all_of(read->organization.begin(), read->organization.end(), is_text) &&
              read->organization.find(' ') == std::string::npos,
          "of visible ASCII");
  require(read->roles > 0 && read->roles < 16, "known roles, one at least");
  for (const auto* name : {&read->authority, &read->authority_name}) {
    require(!name->empty() && name->size() <= 256 && is_utf8(*name), "an authority has its names");
  }
}

void check_statements(std::string_view bytes) {
  const auto read = read_qwac(*certificate_with(bytes));
  check(read);
  if (!read) return;
  const auto* at = octets(bytes);
  ASN1_SEQUENCE_ANY* const list =
      d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(bytes.size()));
  require(list != nullptr && at == octets(bytes) + bytes.size(), "OpenSSL reads them as well");
  sk_ASN1_TYPE_pop_free(list, ASN1_TYPE_free);
}

}  // namespace

void fuzz_certificate(std::string_view bytes) {
  const auto read = read_qwac(bytes);
  check(read);
  if (!parse_x509(bytes)) return check_statements(bytes);
  require(!parse_x509(std::string(bytes) + '\0'), "nothing stands behind a certificate");
  require(!parse_x509(bytes.substr(0, bytes.size() - 1)), "and it is whole");
}

}  // namespace multipass::fuzz
