#!/bin/sh
# A run on all nodes of a Slurm allocation: sbatch slurm.sh RECIPE RUN_DIR
# RUN_DIR lies on a file system that every node sees.
#SBATCH --job-name=evomerge
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --gpus-per-task=1
#SBATCH --time=08:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -eu
recipe=$1 run=$2

# A token of this job's own: other users of the nodes can reach Ray's ports.
mkdir -p "$run"-token
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH="$run-token/$SLURM_JOB_ID"
(umask 077; python3 -c 'import secrets; print(secrets.token_hex(32))' > "$RAY_AUTH_TOKEN_PATH")
trap 'rm -f "$RAY_AUTH_TOKEN_PATH"' EXIT

command="evomerge run $recipe --run-dir $run"
[ ! -f "$run/ledger.sqlite" ] || command="evomerge resume $run"

# Ray starts on every node; the first one runs the command, and then Ray ends everywhere.
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
status=0
srun ray symmetric-run --address "$first:6379" --min-nodes "$SLURM_JOB_NUM_NODES" --disable-usage-stats -- \
    $command --workers "$SLURM_JOB_NUM_NODES" --ray "$first:6379" || status=$?

# 75: stopped, and can be resumed.
[ "$status" -ne 75 ] || scontrol requeue "$SLURM_JOB_ID"
exit "$status"
