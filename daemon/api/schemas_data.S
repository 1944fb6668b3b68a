    .section .rodata
    .global api_schemas_begin
    .global api_schemas_end
api_schemas_begin:
    .incbin API_SCHEMAS
api_schemas_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
