// Prints rows in columns as wide as their widest text. Columns are counted in code points, which is
// right for names in most scripts.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace multipass::cli {

/// All rows have as many texts as the first, which is the heading.
void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows);

}  // namespace multipass::cli
