#include "cli/command_line.hpp"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <iostream>

namespace multipass::cli {

namespace {

constexpr int succeeded = 0;
constexpr int refused = 1;
constexpr int wrong_usage = 2;

void print_commands(std::ostream& out, std::span<const command> commands, std::string_view group) {
  out << "Usage: multipass <command> [options]\n\nCommands:\n";
  for (const command& c : commands) {
    if (!c.name.starts_with(group)) continue;
    std::string line = "  " + std::string(c.name) + " " + std::string(c.operand);
    line.resize(std::max<std::size_t>(line.size() + 1, 30), ' ');
    out << line << c.summary << '\n';
  }
  out << "\n`multipass <command> --help` lists the options of one, `multipass --version` says "
         "which this is.\n";
}

void print_command(const command& c, const po::options_description& options) {
  std::cout << "Usage: multipass " << c.name << ' ' << c.operand << (c.operand.empty() ? "" : " ")
            << "[options]\n"
            << c.summary << "\n\n"
            << options;
}

po::variables_map parse(const command& c, const po::options_description& visible,
                        const std::vector<std::string>& arguments) {
  po::options_description all = visible;
  po::positional_options_description positional;
  if (!c.operand.empty()) {
    all.add_options()(operand_name, po::value<std::string>());
    positional.add(operand_name, 1);
  }
  namespace style = po::command_line_style;
  po::variables_map given;
  po::store(po::command_line_parser(arguments)
                .options(all)
                .positional(positional)
                .style(style::unix_style & ~style::allow_guessing)
                .run(),
            given);
  if (!given.contains("help")) po::notify(given);  // complains of options that are missing
  return given;
}

int run_command(const command& c, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("help", "print this and end");
  c.describe(options);
  po::variables_map given;
  try {
    given = parse(c, options, arguments);
  } catch (const po::error& e) {
    std::cerr << "multipass: " << e.what() << "; see `multipass " << c.name << " --help`\n";
    return wrong_usage;
  }
  if (given.contains("help")) {
    print_command(c, options);
    return succeeded;
  }
  if (!c.operand.empty() && !given.contains(operand_name)) {
    std::cerr << "multipass: " << c.operand << " is missing; see `multipass " << c.name
              << " --help`\n";
    return wrong_usage;
  }
  const command_outcome outcome = c.run(given);
  if (outcome) return succeeded;
  std::cerr << "multipass: " << outcome.error().message << '\n';
  return outcome.error().code == errc::bad_configuration ? wrong_usage : refused;
}

// The number of leading arguments that make up the command's name; 0 when it is another command.
std::size_t words_matched(const command& c, const std::vector<std::string>& arguments) {
  if (!arguments.empty() && c.name == arguments[0]) return 1;
  if (arguments.size() > 1 && c.name == arguments[0] + " " + arguments[1]) return 2;
  return 0;
}

}  // namespace

int run_program(std::span<const command> commands, const std::vector<std::string>& arguments) {
  for (const command& c : commands) {
    const std::size_t words = words_matched(c, arguments);
    if (words == 0) continue;
    return run_command(c,
                       {arguments.begin() + static_cast<std::ptrdiff_t>(words), arguments.end()});
  }
  const std::string first = arguments.empty() ? "" : arguments.front();
  if (first == "--version") {
    std::cout << "multipass " << version << '\n';
    return succeeded;
  }
  const bool group = std::ranges::any_of(
      commands, [&](const command& c) { return c.name.starts_with(first + " "); });
  if (first == "--help" || first == "-h" || first == "help" ||
      (group && arguments.size() == 2 && arguments[1] == "--help")) {
    print_commands(std::cout, commands, group ? first + " " : "");
    return succeeded;
  }
  if (!arguments.empty() && !group) std::cerr << "multipass: unknown command " << first << "\n\n";
  print_commands(std::cerr, commands, group ? first + " " : "");
  return wrong_usage;
}

}  // namespace multipass::cli
