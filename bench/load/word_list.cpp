#include "load/word_list.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace multipass::load {
namespace {

constexpr std::size_t longest_word = 4096;

bool is_word(std::string_view text) {
  const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
  return !text.empty() && text.size() <= longest_word &&
         std::all_of(text.begin(), text.end(), is_visible);
}

word_list::row words_of(std::string_view line) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return {line, {}};
  return {line.substr(0, blank), line.substr(blank + 1)};
}

}  // namespace

word_list::word_list(std::string text, const std::string& name) : text_(std::move(text)) {
  if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  std::ranges::replace(text_, '\t', ' ');
  begins_.push_back(0);
  while (begins_.back() < text_.size()) {
    const auto begin = begins_.back();
    const auto end = text_.find('\n', begin);
    const std::string_view line(text_.data() + begin, end - begin);
    const row words = words_of(line);
    if (!is_word(words.first) || (words.first.size() < line.size() && !is_word(words.second))) {
      throw std::runtime_error(name + ":" + std::to_string(begins_.size()) +
                               ": expected a token, or a token, a blank and a second word");
    }
    pairs_ = pairs_ && !words.second.empty();
    begins_.push_back(end + 1);
  }
  if (size() == 0) throw std::runtime_error(name + ": it is empty");
}

word_list word_list::read(const std::string& file) {
  return {read_file(file), file};
}

word_list::row word_list::operator[](std::size_t line) const noexcept {
  const std::string_view text(text_.data() + begins_[line], begins_[line + 1] - begins_[line] - 1);
  return words_of(text);
}

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  std::string text;
  std::vector<char> part(1 << 20);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw std::runtime_error("cannot read " + file);
  return text;
}

}  // namespace multipass::load
