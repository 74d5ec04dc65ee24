/*
 * A stand-in for a part of Windows that old versions of Wine lack: the generator that Rust's
 * standard library asks for random octets. For scripts/wine, and never shipped.
 */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID octets, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE octets, SIZE_T length);

BOOL WINAPI ProcessPrng(PBYTE octets, SIZE_T length)
{
    return SystemFunction036(octets, (ULONG)length);
}
