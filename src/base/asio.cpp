// Asio and Beast, compiled once: keeps the build short.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
