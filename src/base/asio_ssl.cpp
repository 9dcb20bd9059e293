// Asio's TLS, compiled once, for what calls others: webhooks and the commands. Listeners have their
// own (http/tls_connection).
#include <boost/asio/ssl/impl/src.hpp>
