#include "escape.h"

static int digit(char character)
{
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

int unescape(char *word)
{
    char *to = word;
    for (const char *from = word; *from != '\0'; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = digit(from[1]);
        int low = high < 0 ? -1 : digit(from[2]);
        if (low < 0 || (high == 0 && low == 0)) {
            return -1;
        }
        *to++ = (char)(high << 4 | low);
        from += 2;
    }
    *to = '\0';
    return 0;
}

void print_escaped(FILE *output, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (; length > 0; byte++, length--) {
        if (*byte <= ' ' || *byte >= 0x7f || *byte == '%' || *byte == '"' || *byte == '\\') {
            fprintf(output, "%%%02X", *byte);
        } else {
            fputc(*byte, output);
        }
    }
}
