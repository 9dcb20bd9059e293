// The formats are those of https://sqlite.org/fileformat2.html, section 4, and
// https://sqlite.org/walformat.html, section 2.
#include "store/wal_check.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <vector>

namespace multipass {
namespace {

using bytes = std::span<const unsigned char>;

constexpr std::size_t wal_header = 32;
constexpr std::size_t frame_header = 24;
constexpr std::size_t index_header = 48;  // the wal-index begins with two copies of it

std::uint32_t number(bytes from, std::size_t offset, std::endian order = std::endian::big) {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    n |= std::uint32_t{from[offset + (order == std::endian::big ? 3 - i : i)]} << (8 * i);
  }
  return n;
}

struct checksum {
  std::uint32_t first = 0, second = 0;
  bool operator==(const checksum&) const = default;

  checksum over(bytes part, std::endian order) const {
    checksum c = *this;
    for (std::size_t i = 0; i + 8 <= part.size(); i += 8) {
      c.first += number(part, i, order) + c.second;
      c.second += number(part, i + 4, order) + c.first;
    }
    return c;
  }
  static checksum at(bytes from, std::size_t offset, std::endian order = std::endian::big) {
    return {number(from, offset, order), number(from, offset + 4, order)};
  }
};

// Two random numbers that a log and its frames have in common; frames of a former round of the log
// have others.
using salts = checksum;

struct log_head {
  std::endian order;  // of the words that are summed
  std::uint32_t page_size;
  salts salt;
  checksum sum;
};

// The end of the sound part, and whether another transaction follows the one that is broken there.
struct log_state {
  std::uint32_t sound_frames = 0;
  bool more_behind = false;
};

std::optional<log_head> read_head(std::istream& log) {
  std::array<unsigned char, wal_header> head{};
  if (!log.read(reinterpret_cast<char*>(head.data()), head.size())) return std::nullopt;
  const auto magic = number(head, 0);
  if ((magic & ~1U) != 0x377F0682U) return std::nullopt;
  const auto order = (magic & 1U) != 0 ? std::endian::big : std::endian::little;
  const auto sum = checksum::at(head, 24);
  if (checksum{}.over(bytes(head).first(24), order) != sum) return std::nullopt;
  return log_head{order, number(head, 8), salts::at(head, 16), sum};
}

// A transaction is written only when the one before it is on the disk. So a broken transaction is a
// torn end if it is the last; what a commit that failed has left behind it is the end of one
// transaction, too. Two ends in a row, each frame summed on from its predecessor, cannot be either.
log_state read_frames(std::istream& log, const log_head& head) {
  log_state state;
  std::vector<unsigned char> frame(frame_header + head.page_size);
  checksum before = head.sum;
  std::uint32_t frames = 0, ends = 0;
  bool sound = true;
  while (
      log.read(reinterpret_cast<char*>(frame.data()), static_cast<std::streamsize>(frame.size()))) {
    ++frames;
    const bool ours = salts::at(frame, 8) == head.salt;
    const auto sum = before.over(bytes(frame).first(8), head.order)
                         .over(bytes(frame).subspan(frame_header), head.order);
    const bool follows = ours && checksum::at(frame, 16) == sum;
    const bool ends_transaction = ours && number(frame, 4) != 0;
    sound = sound && follows;
    if (sound && ends_transaction) state.sound_frames = frames;
    if (!sound) {
      ends = (follows ? ends : 0) + (ends_transaction ? 1 : 0);
      if (ends >= 2) state.more_behind = true;
    }
    before = checksum::at(frame, 16);
  }
  return state;
}

// What the last run knew of its log. It counts frames only when they are on the disk, so that after
// a power failure it may know less than the log holds, never more.
struct wal_index {
  salts salt;
  std::uint32_t frames;        // committed
  std::uint32_t moved_frames;  // of these, in the database already
};

std::optional<wal_index> read_index(const std::string& database) {
  std::ifstream file(database + "-shm", std::ios::binary);
  std::array<unsigned char, 2 * index_header + 4> index{};
  if (!file.read(reinterpret_cast<char*>(index.data()), index.size())) return std::nullopt;
  const auto one = bytes(index).first(index_header);
  const auto other = bytes(index).subspan(index_header, index_header);
  const auto order = std::endian::native;
  const bool whole = std::equal(one.begin(), one.end(), other.begin()) &&
                     checksum{}.over(one.first(40), order) == checksum::at(one, 40, order);
  if (!whole) return std::nullopt;
  // The salts lie there byte for byte as in the log.
  return wal_index{salts::at(one, 32), number(one, 16, order),
                   number(index, 2 * index_header, order)};
}

bool is_damaged(std::istream& log, const std::optional<wal_index>& index) {
  const auto head = read_head(log);
  // A log that was begun when the power failed, or none; unless the last run knows better.
  if (!head) return index && index->frames > index->moved_frames;
  const auto state = read_frames(log, *head);
  if (state.more_behind) return true;
  return index && index->salt == head->salt &&
         index->frames > std::max(state.sound_frames, index->moved_frames);
}

error damaged() {
  return fail(errc::unavailable,
              "its write-ahead log (-wal) is damaged or gone, and transactions in it would be "
              "lost, revocations among them; if these files were just put back from a backup, "
              "remove the -shm file, which is not of it; else restore the database from a backup, "
              "or move -wal and -shm away to go on without what is in them");
}

}  // namespace

result<void> check_wal(const std::string& database) {
  std::ifstream log(database + "-wal", std::ios::binary);
  return is_damaged(log, read_index(database)) ? damaged() : result<void>{};
}

}  // namespace multipass
