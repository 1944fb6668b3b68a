    .section .rodata
    .global lua_library_begin
    .global lua_library_end
lua_library_begin:
    .incbin LUA_LIBRARY
lua_library_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
