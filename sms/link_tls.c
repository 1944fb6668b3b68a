/* Owns what OpenSSL must know to check a gateway's certificate: the authorities, and the host it is
 * made out to. A certificate that does not fit ends the handshake; there is no setting that would
 * let it pass. Main thread. SPDX-License-Identifier: MIT */
#include "sms/link_tls.h"

#include "base/log.h"
#include "base/mem.h"
#include <arpa/inet.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

struct link_tls {
    SSL_CTX *ctx;
    char *host;
    bool numeric;
};

static bool is_numeric(const char *host)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static bool authorities(SSL_CTX *ctx, const char *ca_file)
{
    if (ca_file && *ca_file)
        return SSL_CTX_load_verify_file(ctx, ca_file) == 1;
    return SSL_CTX_set_default_verify_paths(ctx) == 1;
}

struct link_tls *link_tls_new(const char *gateway, const char *host, const char *ca_file)
{
    struct link_tls *t = MEM_NEW(struct link_tls);

    t->host = mem_strdup(host);
    t->numeric = is_numeric(host);
    t->ctx = SSL_CTX_new(TLS_client_method());
    if (t->ctx && SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION) == 1 &&
        authorities(t->ctx, ca_file)) {
        SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER, NULL);
        return t;
    }
    log_error("sms gateway %s: no certificate authorities can be read from %s", gateway,
              ca_file && *ca_file ? ca_file : "the system's store");
    ERR_clear_error();
    link_tls_free(t);
    return NULL;
}

void link_tls_free(struct link_tls *t)
{
    if (!t)
        return;
    SSL_CTX_free(t->ctx);
    mem_free(t->host);
    mem_free(t);
}

/* Whom the certificate must name; a name is also said to the peer, who may have several. */
static bool expect(SSL *ssl, const struct link_tls *t)
{
    if (t->numeric)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), t->host) == 1;
    return SSL_set1_host(ssl, t->host) == 1 && SSL_set_tlsext_host_name(ssl, t->host) == 1;
}

struct bufferevent *link_tls_wrap(struct link_tls *t, struct event_base *base, int fd)
{
    SSL *ssl = SSL_new(t->ctx);

    if (!ssl || !expect(ssl, t)) {
        SSL_free(ssl);
        return NULL;
    }
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        base, fd, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
    if (!bev)
        SSL_free(ssl);
    else /* SMPP and CMPP say themselves where a message ends: nothing can be cut off unseen */
        bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
    return bev;
}

void link_tls_why(struct bufferevent *bev, char *out, size_t cap)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);
    long verdict = ssl ? SSL_get_verify_result(ssl) : X509_V_OK;
    unsigned long error = bufferevent_get_openssl_error(bev);

    if (verdict != X509_V_OK)
        snprintf(out, cap, "%s", X509_verify_cert_error_string(verdict));
    else if (error)
        ERR_error_string_n(error, out, cap);
    else
        snprintf(out, cap, "the peer hung up in the handshake");
}
