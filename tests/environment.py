"""The environment of a test's runs of tasis."""
import os

SETTINGS = {"OPENBLAS_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def environment(own=None, isolated=True, **more):
    """That of this process, completed by what the tests need; the caller's settings count.

    own: a folder for Open MPI's files, which those of all programs that run by themselves would else share under the same names.
    isolated: for a program without mpiexec in front, for which Open MPI starts a daemon otherwise: slow.
    more: variables besides.
    """
    names = {**SETTINGS, **({"OMPI_MCA_ess_singleton_isolated": "1"} if isolated else {}), **more, **os.environ}
    return {**names, "TMPDIR": str(own)} if own else names
