// Pieces that the pages share. Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/pages.hpp"

namespace multipass {

/// "Step 1 of 2", unless it is empty, and the page's <h1>.
std::string step_and_heading(std::string_view step, std::string_view heading);

/// The box that says what was wrong. It is announced (role="alert") and takes the focus, so that
/// the next Tab leads to the links in it and then to the fields. `html` is the list of problems.
std::string problem_summary(std::string_view heading, std::string_view html);

/// The box that says what was done. It is announced (role="status") and takes the focus; `html` is
/// the text in it.
std::string done_summary(std::string_view heading, std::string_view html);

/// A row of a <dl class="facts">.
std::string fact(std::string_view label, std::string_view html);

/// The hidden inputs of a form.
std::string hidden_fields(const form_fields& f);

/// A labelled input. `id` is its name too; `attributes` are HTML. After a failed log-in all fields
/// are marked: which one was wrong is told to nobody.
std::string field(std::string_view id, std::string_view label, std::string_view hint,
                  std::string_view attributes, bool failed);

/// The page's title as HTML; says "Error" first when the form came back.
std::string title_of(const site& s, std::string_view heading, bool came_back);

}  // namespace multipass
