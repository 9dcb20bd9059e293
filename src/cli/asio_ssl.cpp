// Asio's TLS, compiled once, for the commands; the gateway has its own (http/tls_connection).
#include <boost/asio/ssl/impl/src.hpp>
