#include "volume.h"

#include <afs/cellconfig.h>
#include <afs/com_err.h>
#include <arpa/inet.h>
#include <rx/rx.h>
#include <rx/rx_null.h>
#include <rx/rxkad.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define SERVER_CONFIGURATION "/etc/openafs/server"
#define FILE_SERVER_PORT 7000
#define FILE_SERVICE 1
#define CALLBACK_SERVICE 1
#define AES256 18         /* the encryption type of Kerberos */
#define PATIENCE 30       /* seconds */
#define PIECE 65536

void fail(const char *what, const char *path, afs_int32 code)
{
    if (code == 0) {
        fprintf(stderr, "afsvol: %s %s\n", what, path);
    } else {
        fprintf(stderr, "afsvol: %s %s: %s (%d)\n", what, path, afs_error_message(code), code);
    }
    exit(1);
}

int is_passing(afs_int32 code)
{
    enum { VOFFLINE = 106, VBUSY = 110, VRESTARTING = -100 };
    static time_t since;
    if (code != VOFFLINE && code != VBUSY && code != VRESTARTING) {
        since = 0;
        return 0;
    }
    if (since == 0) {
        since = time(NULL);
    }
    usleep(50000);
    return time(NULL) - since < PATIENCE;
}

/* What vos does for -localauth, but for any user: whoever holds the server's key can write a ticket for anyone. */
static struct rx_securityClass *ticket_for(const char *user)
{
    struct afsconf_typedKey *key;
    struct rx_opaque *material;
    struct ktc_encryptionKey session;
    afsconf_keyType type;
    char ticket[512];
    int ticket_length = sizeof ticket, version, subtype;
    struct afsconf_dir *configuration = afsconf_Open(SERVER_CONFIGURATION);
    if (configuration == NULL) {
        fail("no configuration in", SERVER_CONFIGURATION, 0);
    }
    afs_int32 code = afsconf_GetLatestKeyByTypes(configuration, afsconf_rxkad_krb5, AES256, &key);
    if (code != 0) {
        fail("no AES-256 key in", SERVER_CONFIGURATION, code);
    }
    afsconf_typedKey_values(key, &type, &version, &subtype, &material);
    /* fcrypt ignores the lowest bit of each byte, but the library demands odd parity as DES does. */
    unsigned char *session_byte = (unsigned char *)session.data;
    if (getrandom(session_byte, 8, 0) != 8) {
        fail("no random numbers for", user, 0);
    }
    for (int i = 0; i < 8; i++) {
        session_byte[i] = (session_byte[i] & 0xfe) | !__builtin_parity(session_byte[i] & 0xfe);
    }
    char name[64];
    snprintf(name, sizeof name, "%s", user);
    code = tkt_MakeTicket5(ticket, &ticket_length, AES256, &version, material->val, material->len, name, "", "", 0,
        0x7fffffff, &session, "afs", "");
    if (code != 0) {
        fail("no ticket for", user, code);
    }
    return rxkad_NewClientSecurityObject(rxkad_clear, &session, version, ticket_length, ticket);
}

/*
 * What the file server asks of a client: to forget what it keeps, which is nothing here, and whether it is alive. A server
 * waits for an answer to these; one that does not know the newer questions, who are you, is a client of the oldest kind.
 */
static afs_int32 answer_server(struct rx_call *call)
{
    enum { CALLBACK = 204, INITIALISE_STATE = 205, PROBE = 206 };
    afs_uint32 question;
    if (rx_Read(call, (char *)&question, sizeof question) != sizeof question) {
        return RXGEN_SS_UNMARSHAL;
    }
    question = ntohl(question);
    return question == CALLBACK || question == INITIALISE_STATE || question == PROBE ? 0 : RXGEN_OPCODE;
}

static struct rx_connection *opened;

/* Tells the server that this client goes: otherwise the next change of what it has seen waits for it in vain. */
static void leave(void)
{
    RXAFS_GiveUpAllCallBacks(opened);
    rx_Finalize();
}

struct volume open_volume(const char *server, afs_uint32 id, const char *user)
{
    struct volume volume = { .id = id };
    afs_int32 code = rx_Init(0);
    if (code != 0) {
        fail("no network for", server, code);
    }
    static struct rx_securityClass *open_to_all; /* the service keeps a pointer to the pointer */
    open_to_all = rxnull_NewServerSecurityObject();
    rx_NewService(0, CALLBACK_SERVICE, "callbacks", &open_to_all, 1, answer_server);
    rx_StartServer(0);
    volume.connection = rx_NewConnection(inet_addr(server), htons(FILE_SERVER_PORT), FILE_SERVICE, ticket_for(user),
        RX_SECIDX_KAD);
    opened = volume.connection;
    atexit(leave);
    return volume;
}

AFSFid fid_in(const struct volume *volume, afs_uint32 vnode, afs_uint32 uniquifier)
{
    AFSFid fid = { .Volume = volume->id, .Vnode = vnode, .Unique = uniquifier };
    return fid;
}

AFSFid root_of(const struct volume *volume)
{
    return fid_in(volume, 1, 1);
}

AFSFetchStatus fetch_status(const struct volume *volume, AFSFid fid, const char *path)
{
    AFSFetchStatus status;
    AFSCallBack callback;
    AFSVolSync sync;
    afs_int32 code;
    CALL(code, RXAFS_FetchStatus(volume->connection, &fid, &status, &callback, &sync));
    if (code == 0) {
        code = (afs_int32)status.errorCode;
    }
    if (code != 0) {
        fail("status of", path, code);
    }
    return status;
}

afs_uint64 length_of(const AFSFetchStatus *status)
{
    return (afs_uint64)status->Length_hi << 32 | status->Length;
}

/* The length that precedes the bytes: of RXAFS_FetchData64, high word first. */
static int read_length(struct rx_call *call, afs_uint64 *length)
{
    afs_uint32 words[2];
    if (rx_Read(call, (char *)words, sizeof words) != sizeof words) {
        return 0;
    }
    *length = (afs_uint64)ntohl(words[0]) << 32 | ntohl(words[1]);
    return 1;
}

static afs_int32 fetch_once(const struct volume *volume, AFSFid fid, afs_uint64 length, take_piece *take, void *context)
{
    AFSFetchStatus status;
    AFSCallBack callback;
    AFSVolSync sync;
    static char piece[PIECE];
    struct rx_call *call = rx_NewCall(volume->connection);
    afs_int32 code = StartRXAFS_FetchData64(call, &fid, 0, (afs_int64)length);
    afs_uint64 left;
    if (code == 0 && read_length(call, &left)) {
        while (left > 0) {
            int wanted = left < PIECE ? (int)left : PIECE;
            int got = rx_Read(call, piece, wanted);
            take(context, piece, (size_t)got);
            left -= (afs_uint64)got;
            if (got != wanted) {
                break;
            }
        }
    }
    if (code == 0) {
        code = EndRXAFS_FetchData64(call, &status, &callback, &sync);
    }
    return rx_EndCall(call, code);
}

void fetch_data(const struct volume *volume, AFSFid fid, afs_uint64 length, take_piece *take, void *context)
{
    afs_int32 code;
    CALL(code, fetch_once(volume, fid, length, take, context));
    if (code != 0) {
        char vnode[16];
        snprintf(vnode, sizeof vnode, "%u", fid.Vnode);
        fail("contents of vnode", vnode, code);
    }
}

static void append_piece(void *context, const char *piece, size_t length)
{
    struct bytes *bytes = context;
    memcpy(bytes->data + bytes->length, piece, length);
    bytes->length += length;
}

struct bytes fetch_bytes(const struct volume *volume, AFSFid fid, const char *path)
{
    AFSFetchStatus status = fetch_status(volume, fid, path);
    struct bytes bytes = { .data = malloc(length_of(&status) + 1) };
    if (bytes.data == NULL) {
        fail("no memory for", path, 0);
    }
    fetch_data(volume, fid, length_of(&status), append_piece, &bytes);
    bytes.data[bytes.length] = '\0';
    return bytes;
}

static afs_int32 store_once(const struct volume *volume, AFSFid fid, FILE *local, afs_uint64 count, afs_uint64 offset,
    afs_uint64 length)
{
    AFSStoreStatus change = { .Mask = AFS_SETMODTIME, .ClientModTime = (afs_uint32)time(NULL) };
    AFSFetchStatus status;
    AFSVolSync sync;
    static char piece[PIECE];
    struct rx_call *call = rx_NewCall(volume->connection);
    afs_int32 code = StartRXAFS_StoreData64(call, &fid, &change, offset, count, length);
    for (size_t got; code == 0 && count > 0; count -= got) {
        got = fread(piece, 1, count < PIECE ? count : PIECE, local);
        if (got == 0 || rx_Write(call, piece, (int)got) != (int)got) {
            break;
        }
    }
    if (code == 0) {
        code = EndRXAFS_StoreData64(call, &status, &sync);
    }
    return rx_EndCall(call, code);
}

void store_data(const struct volume *volume, AFSFid fid, const char *local, afs_uint64 offset, afs_uint64 length)
{
    FILE *file = NULL;
    afs_uint64 count = 0;
    if (local != NULL) {
        file = fopen(local, "rb");
        if (file == NULL || fseeko(file, 0, SEEK_END) != 0) {
            fail("cannot read", local, 0);
        }
        count = (afs_uint64)ftello(file);
        if (length < offset + count) {
            length = offset + count;
        }
    }
    afs_int32 code;
    do {
        if (file != NULL) {
            rewind(file);
        }
        code = store_once(volume, fid, file, count, offset, length);
    } while (is_passing(code));
    if (code != 0) {
        fail("storing", local != NULL ? local : "a length", code);
    }
    if (file != NULL) {
        fclose(file);
    }
}

void fetch_acl(const struct volume *volume, AFSFid fid, char text[ACL_TEXT_SIZE])
{
    AFSOpaque acl = { .AFSOpaque_len = 0, .AFSOpaque_val = NULL };
    AFSFetchStatus status;
    AFSVolSync sync;
    afs_int32 code;
    CALL(code, RXAFS_FetchACL(volume->connection, &fid, &acl, &status, &sync));
    if (code != 0 || acl.AFSOpaque_len >= ACL_TEXT_SIZE) {
        fail("access list of", "a directory", code);
    }
    memcpy(text, acl.AFSOpaque_val, acl.AFSOpaque_len);
    text[acl.AFSOpaque_len] = '\0';
    xdr_free((xdrproc_t)xdr_AFSOpaque, &acl);
}
