#include "load/program.hpp"

#include <exception>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include "load/options.hpp"
#include "load/report.hpp"
#include "load/run.hpp"

namespace multipass::load {
namespace {

constexpr const char* version = "0.1.0";

// Opened before the run, so that a wrong name does not cost a run's result.
class output_file {
 public:
  explicit output_file(const std::string& name) : name_(name) {
    if (name_.empty() || name_ == "-") return;
    file_.open(name_, std::ios::trunc);
    if (!file_) throw std::runtime_error("cannot write " + name_);
  }
  bool wanted() const { return !name_.empty(); }
  void write(const std::string& text, std::ostream& standard_output) {
    if (name_ == "-") {
      standard_output << text << std::flush;
      return;
    }
    file_ << text << std::flush;
    if (!file_) throw std::runtime_error("cannot write " + name_);
  }

 private:
  std::string name_;
  std::ofstream file_;
};

int run(const options& o, std::ostream& out, std::ostream& err,
        const std::atomic<bool>& interrupted) {
  output_file json(o.json), csv(o.csv), plot(o.plot);
  const auto r = run_load(o, o.quiet ? nullptr : &err, interrupted);
  if (o.json != "-") out << text_report(o, r) << std::flush;
  if (json.wanted()) json.write(json_report(o, r), out);
  if (csv.wanted()) csv.write(csv_report(r), out);
  if (plot.wanted()) plot.write(latency_plot(o, r), out);
  return r.clean() || o.allow_errors ? 0 : 1;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
                const std::atomic<bool>& interrupted) {
  try {
    const options o = parse_options(arguments);
    switch (o.what) {
      case options::wish::help:
        out << usage_text();
        return 0;
      case options::wish::version:
        out << "multipass-load " << version << '\n';
        return 0;
      case options::wish::run:
        break;
    }
    return run(o, out, err, interrupted);
  } catch (const usage_error& e) {
    err << "multipass-load: " << e.what() << "; see multipass-load --help\n";
    return 2;
  } catch (const std::exception& e) {
    err << "multipass-load: " << e.what() << '\n';
    return 1;
  }
}

}  // namespace multipass::load
