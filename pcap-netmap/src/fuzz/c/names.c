/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names: whatever is typed there. */
#include "input.h"

#include "spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	char *text = input_text(&in);
	struct nmd_error why = {.code = 1};
	struct spec spec;
	int r;

	memset(&spec, 0xff, sizeof(spec));
	r = spec_parse(text, &spec, &why);
	if (r == 0) {
		INSIST(nmd_is_port_name(text));
		INSIST(strnlen(spec.switch_name, 16) < 16);
		INSIST(strnlen(spec.port_name, 32) < 32);
		INSIST(spec.switch_name[0] && spec.port_name[0]);
		INSIST(!strpbrk(spec.switch_name, "/:"));
		INSIST(!strpbrk(spec.port_name, "/:"));
	} else {
		INSIST(r < 0 && why.code == r);
		INSIST(strnlen(why.text, sizeof(why.text)) < sizeof(why.text));
		INSIST(why.text[0]);
	}
	free(text);
	return 0;
}
