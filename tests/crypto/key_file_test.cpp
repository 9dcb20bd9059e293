#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "crypto/random.hpp"
#include "crypto/server_key.hpp"
#include "support/temp_folder.hpp"

using namespace multipass;
namespace fs = std::filesystem;

namespace {

struct folder {
  std::string file(const std::string& name, const std::string& content, ::mode_t mode = 0600) {
    const auto at = path(name);
    std::ofstream(at) << content;
    ::chmod(at.c_str(), mode);
    return at;
  }
  std::string path(const std::string& name) const { return place.file(name); }

  testing::temp_folder place;
};

template <class T>
void check_refused(const result<T>& r, const std::string& path, const std::string& reason) {
  BOOST_REQUIRE(!r.has_value());
  BOOST_TEST((r.error().code == errc::bad_configuration));
  BOOST_TEST(r.error().message.find(path) != std::string::npos);
  BOOST_TEST(r.error().message.find(reason) != std::string::npos, r.error().message);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crypto_key_file, folder)

BOOST_AUTO_TEST_CASE(a_new_key_is_private_and_stays_the_same) {
  const std::string at = path("new.key");
  const auto made = load_server_key(at, true);
  BOOST_REQUIRE(made.has_value());
  struct stat status {};
  BOOST_TEST(::stat(at.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777U) == 0600U);
  BOOST_TEST(status.st_size == 32);
  BOOST_TEST(load_server_key(at, false).value().check_value() == made->check_value());
  BOOST_TEST(load_server_key(at, true).value().check_value() == made->check_value());
  BOOST_TEST(std::distance(fs::directory_iterator(place.path()), {}) == 1);  // no draft is left
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_refused_unless_it_may_be_made) {
  const std::string at = path("none.key");
  check_refused(load_server_key(at, false), at, "No such file");
  BOOST_TEST(!fs::exists(at));
  const std::string nowhere = path("no/such.key");
  check_refused(load_server_key(nowhere, true), nowhere, "cannot be created");
}

BOOST_AUTO_TEST_CASE(a_key_that_others_may_reach_is_refused) {
  for (const ::mode_t mode : {0640U, 0604U, 0620U, 0602U, 0644U, 0777U}) {
    const auto at = file("open.key", std::string(32, 'x'), mode);
    check_refused(load_server_key(at, true), at, "chmod 600");
  }
  BOOST_TEST(load_server_key(file("ro.key", std::string(32, 'x'), 0400), true).has_value());
}

BOOST_AUTO_TEST_CASE(a_key_of_the_wrong_length_is_refused_and_not_replaced) {
  for (const std::size_t length : {0U, 31U, 33U, 5000U}) {
    const auto at = file("long.key", std::string(length, 'x'));
    check_refused(load_server_key(at, true), at, "32 bytes");
    BOOST_TEST(fs::file_size(at) == length);
  }
}

BOOST_AUTO_TEST_CASE(only_a_regular_file_is_a_key) {
  check_refused(load_server_key(place.path(), true), place.path(), "regular file");
  const std::string fifo = path("fifo");
  BOOST_TEST(::mkfifo(fifo.c_str(), 0600) == 0);
  check_refused(load_server_key(fifo, true), fifo, "regular file");
}

BOOST_AUTO_TEST_CASE(of_many_that_create_the_key_at_once_all_get_the_same) {
  const std::string at = path("race.key");
  std::vector<std::string> values(16);
  {
    std::vector<std::jthread> threads;
    for (auto& value : values) {
      threads.emplace_back([&] { value = load_server_key(at, true).value().check_value(); });
    }
  }
  BOOST_TEST(std::set<std::string>(values.begin(), values.end()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_text_key_is_the_first_line) {
  const std::string text(32, 'k');
  BOOST_TEST(load_text_key(file("a", text), false).value() == text);
  BOOST_TEST(load_text_key(file("b", text + "\nmore\n"), false).value() == text);
  BOOST_TEST(load_text_key(file("c", text + "\r\n"), false).value() == text);
  BOOST_TEST(load_text_key(file("d", std::string(256, '-')), false).value().size() == 256U);
}

BOOST_AUTO_TEST_CASE(a_new_text_key_is_long_and_stays_the_same) {
  const std::string at = path("text.key");
  const auto made = load_text_key(at, true).value();
  BOOST_TEST(made.size() >= 32U);
  BOOST_TEST(is_alphanumeric(made));
  BOOST_TEST(load_text_key(at, true).value() == made);
}

BOOST_AUTO_TEST_CASE(a_text_key_of_another_form_is_refused) {
  for (const std::string& content :
       {std::string(), std::string(31, 'k'), std::string(257, 'k'), std::string(40, ' '),
        '\n' + std::string(40, 'k'), std::string(40, 'k') + " \n", std::string(40, '\0')}) {
    const auto at = file("bad", content);
    check_refused(load_text_key(at, true), at, "first line");
  }
}

BOOST_AUTO_TEST_SUITE_END()
