// One function of the writer, with its arguments, as a job for store_pool::write(). Such a function
// does all it says or nothing, so that a batch need not mark a place in the transaction to return
// to when it fails: a mark costs more than a statement, and a copy of every page written behind it.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include "multipass/store.hpp"

namespace multipass {

template <class T, class... Parameters>
class single_write {
 public:
  static constexpr bool fails_without_trace = true;  // see job.hpp

  /// Keeps copies of the arguments.
  explicit single_write(T (store_writer::*function)(Parameters...),
                        std::type_identity_t<Parameters>... arguments)
      : function_(function), arguments_(arguments...) {}

  T operator()(store_writer& writer) {
    return std::apply([&](const auto&... a) { return (writer.*function_)(a...); }, arguments_);
  }

 private:
  T (store_writer::*function_)(Parameters...);
  std::tuple<std::remove_cvref_t<Parameters>...> arguments_;
};

}  // namespace multipass
