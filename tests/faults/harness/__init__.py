"""What the fault suite stands on: the real program in a process of its own, clients that speak
HTTP to it, and the faults that a shim brings about in it (faults_shim.cpp)."""
