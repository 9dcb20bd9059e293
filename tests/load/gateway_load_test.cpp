// The load tool against a whole gateway: what it sends is what the gateway understands.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "load/options.hpp"
#include "load/run.hpp"
#include "support/sandbox_gateway.hpp"
#include "support/temp_folder.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

class load_scene {
 public:
  sandbox_gateway gateway;

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  load::run_result run(std::vector<std::string> more) {
    more.insert(more.end(), {"--to", gateway.address(), "--connections", "4", "--threads", "2",
                             "--duration", "300ms", "--warmup", "0s"});
    const std::atomic<bool> interrupted{false};
    return load::run_load(load::parse_options(more), nullptr, interrupted);
  }

 private:
  temp_folder folder_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(load_gateway)

BOOST_AUTO_TEST_CASE(account_requests_of_all_kinds) {
  load_scene s;
  const auto valid =
      s.write("valid", s.gateway.token() + " 47669570047\n" + s.gateway.token() + " 82948889462\n");
  const auto ended = s.gateway.token();
  BOOST_TEST(s.gateway.revoke(ended).status == 200U);
  const auto r = s.run({"--rate", "400", "--schedule", "poisson", "--tokens", "valid=" + valid,
                        "--tokens", "revoked=" + s.write("revoked", ended), "--mix",
                        "valid=8,revoked=1,unknown=1", "--request", "accounts,account,balance"});
  BOOST_TEST(r.clean());
  BOOST_TEST(r.measured.answered() > 60U);
}

BOOST_AUTO_TEST_CASE(authorizing_redeeming_and_revoking) {
  load_scene s;
  const auto tpp = s.write("tpp", "username sandbox-secret\n");
  const auto r = s.run({"--rate", "100", "--request", "authorize", "--tpp-file", tpp});
  BOOST_TEST(r.clean());

  std::string codes, tokens;
  for (int i = 0; i < 12; ++i) {
    const auto h = s.gateway.authorize();
    codes += s.gateway.approve(h) + " " + h.client_id + "\n";
    tokens += s.gateway.token() + "\n";
  }
  const auto issued =
      s.run({"--rate", "100", "--flow", "issue", "--codes", s.write("codes", codes)});
  BOOST_TEST(issued.clean());
  BOOST_TEST(issued.measured.answered() == 12U);
  BOOST_TEST(!issued.ended_early.empty());
  const auto revoked = s.run({"--rate", "100", "--request", "revoke", "--tokens",
                              "revoke=" + s.write("revocable", tokens)});
  BOOST_TEST(revoked.clean());
  BOOST_TEST(revoked.measured.answered() == 12U);
}

BOOST_AUTO_TEST_CASE(whole_flows_in_both_loops) {
  load_scene s;
  const std::vector<std::string> flow{
      "--flow",           "whole",
      "--admin",          s.gateway.admin_address(),
      "--admin-key-file", s.write("key", "sandbox-admin-key\n"),
      "--tpp-file",       s.write("tpp", "username sandbox-secret\n")};
  for (const std::vector<std::string>& loop :
       {std::vector<std::string>{"--rate", "40"}, std::vector<std::string>{"--closed"}}) {
    auto arguments = flow;
    arguments.insert(arguments.end(), loop.begin(), loop.end());
    const auto r = s.run(arguments);
    BOOST_TEST(r.clean());
    BOOST_TEST(r.measured.flows.count() >= 4U);
    BOOST_TEST(r.measured.flows_failed.get() == 0U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
